import base64
import gzip
import json
from typing import Any

import pytest
from forwarder.decoding.envelopes import Content, open_envelope
from forwarder.errors import Rejection
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.records import make_config

NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    "TopicArn": "arn:aws:sns:eu-central-1:123456789012:telemetry",
    "Message": '{"a":1}',
    "Timestamp": "2023-11-14T22:13:20.000Z",
}
EVENT = {"version": "0", "detail-type": "reading", "source": "rooms", "detail": {"a": 1}}
SNS_HEAD = {key: value for key, value in NOTIFICATION.items() if key != "Message"}
EVENT_HEAD = {key: value for key, value in EVENT.items() if key != "detail"}


def opened(envelope: str, body: Any, *, text: bool = True) -> Content:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return open_envelope(make_config(envelope=envelope), data, text=text)


@pytest.mark.parametrize("envelope", ["auto", "sns"])
def test_notification_is_opened(envelope: str) -> None:
    assert opened(envelope, NOTIFICATION) == Content(b'{"a":1}', envelope=SNS_HEAD)


@pytest.mark.parametrize("envelope", ["auto", "eventbridge"])
def test_event_is_opened(envelope: str) -> None:
    assert opened(envelope, EVENT) == Content(None, {"a": 1}, EVENT_HEAD)


@pytest.mark.parametrize("body", [NOTIFICATION, EVENT, {}, b"?"])
def test_none_leaves_everything(body: Any) -> None:
    content = opened("none", body)
    assert (content.data, content.envelope) == (body if body == b"?" else json.dumps(body).encode(), None)


NEITHER: list[Any] = [
    {},
    [],
    {**NOTIFICATION, "Type": "SubscriptionConfirmation"},
    {**NOTIFICATION, "Message": {}},
    SNS_HEAD,
    {**NOTIFICATION, "TopicArn": None},
    EVENT_HEAD,
    {**EVENT, "source": 1},
    {"detail": {}},
]


@pytest.mark.parametrize("body", NEITHER)
def test_auto_leaves_what_is_no_envelope(body: Any) -> None:
    assert opened("auto", body) == Content(json.dumps(body).encode(), body)


@pytest.mark.parametrize("body", NEITHER)
@pytest.mark.parametrize("envelope", ["sns", "eventbridge"])
def test_missing_envelope_is_rejected(envelope: str, body: Any) -> None:
    with pytest.raises(Rejection, match="BadEnvelope: the body is no"):
        opened(envelope, body)


def test_other_envelope_is_rejected() -> None:
    with pytest.raises(Rejection, match="no EventBridge event"):
        opened("eventbridge", NOTIFICATION)
    with pytest.raises(Rejection, match="is raw message delivery on"):
        opened("sns", EVENT)


def test_envelope_that_is_not_json_says_why() -> None:
    with pytest.raises(Rejection, match="BadJson"):
        opened("sns", b"{")


def test_packed_envelope_is_opened() -> None:
    packed = gzip.compress(json.dumps(EVENT).encode())
    assert opened("auto", packed, text=False).value == {"a": 1}
    assert opened("eventbridge", base64.b64encode(packed)).value == {"a": 1}


@given(st.binary())
def test_auto_leaves_any_bytes(data: bytes) -> None:
    assert opened("auto", data).data == data
