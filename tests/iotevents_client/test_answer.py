"""Only a body that says so is a success."""

import gzip
import pickle

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from iotevents_client import CONFIGURATION_FAULTS, DoubtfulAnswerError

from tests.iotevents_client.conftest import Connect
from tests.support.iotevents_client.recorder import Answer, Recorder
from tests.support.iotevents_client.wire import CALLS, MESSAGE, Call, exchange

HTML = b"<!DOCTYPE html><html><body>Sign in</body></html>"
DEEP = b"[" * 100_000 + b"]" * 100_000
LIST = b'{"BatchPutMessageErrorEntries":%s}'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (HTML, "it is not JSON"),
        (b"\xff\xfe\x00", "it is not JSON"),
        (gzip.compress(LIST % b"[]", mtime=0), "it is not JSON"),
        (b'{"BatchPutMessageErrorEntries":[', "it is not JSON"),
        (b"\xef\xbb\xbf" + LIST % b"[]", "it is not JSON"),
        (LIST % b"[]" + b"{}", "it is not JSON"),
        (LIST % b'[{"errorCode":NaN}]', "NaN is not a JSON value"),
        (LIST % (b"1" * 5_000), "it is not JSON"),
        (DEEP, "it is not JSON"),
        (b'""', "not an object"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"0", "not an object"),
        (b"true", "not an object"),
        (b"{}", "it has no BatchPutMessageErrorEntries"),
        (b'{"message":"ok"}', "it has no BatchPutMessageErrorEntries"),
        (b'{"batchPutMessageErrorEntries":[]}', "it has no BatchPutMessageErrorEntries"),
        (b'{"BatchPutMessageErrorEntries":[{}],"BatchPutMessageErrorEntries":[]}', "appears twice"),
        (LIST % b'[{"messageId":"a","messageId":"b"}]', "appears twice"),
        (LIST % b"{}", "not a list of objects"),
        (LIST % b'""', "not a list of objects"),
        (LIST % b"false", "not a list of objects"),
        (LIST % b"[null]", "not a list of objects"),
        (LIST % b'[{"messageId":"a"},"b"]', "not a list of objects"),
        (LIST % b"[[]]", "not a list of objects"),
    ],
)
def test_answer_doubtful(connect: Connect, recorder: Recorder, body: bytes, reason: str) -> None:
    recorder.answer = Answer(body, headers={"Content-Type": "application/json"})
    # With retries on, to see that a doubtful call is not repeated behind the caller's back.
    client = connect(config=Config(retries={"mode": "standard", "total_max_attempts": 5}))
    with pytest.raises(DoubtfulAnswerError, match=reason):
        client.batch_put_message(messages=[MESSAGE])
    assert len(recorder.requests) == 1


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (LIST % b"[]", []),
        (LIST % b"null", None),
        (b' {"more": 1, "BatchPutMessageErrorEntries": [ ] }\n', []),
        (
            LIST % b'[{"messageId":"m-1","errorCode":"ThrottlingException","errorMessage":"slow"}]',
            [{"messageId": "m-1", "errorCode": "ThrottlingException", "errorMessage": "slow"}],
        ),
        (LIST % b"[{}]", [{}]),
    ],
)
def test_answer_sound(
    connect: Connect, recorder: Recorder, body: bytes, entries: list[object] | None
) -> None:
    recorder.answer = Answer(body)
    answer = connect().batch_put_message(messages=[MESSAGE])
    assert answer.get("BatchPutMessageErrorEntries") == entries


def test_answer_doubt_says_what_was_seen(connect: Connect, recorder: Recorder) -> None:
    recorder.answer = Answer(HTML * 9, status=201, headers={"Content-Type": "text/html"})
    with pytest.raises(DoubtfulAnswerError) as caught:
        connect().batch_put_message(messages=[MESSAGE])
    doubt = caught.value
    assert (doubt.operation, doubt.status, doubt.content_type) == ("BatchPutMessage", 201, "text/html")
    assert doubt.start == (HTML * 9)[:120]
    for part in ("BatchPutMessage", "201", "text/html", "<!DOCTYPE html>"):
        assert part in str(doubt)
    assert str(pickle.loads(pickle.dumps(doubt))) == str(doubt)


@pytest.mark.parametrize("status", [301, 302, 400, 403, 500])
def test_answer_of_an_error_is_no_doubt(connect: Connect, recorder: Recorder, status: int) -> None:
    recorder.answer = Answer(HTML, status=status, headers={"Content-Type": "text/html"})
    client = connect(config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError) as caught:
        client.batch_put_message(messages=[MESSAGE])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


OTHERS = [call for call in CALLS if call.operation != "BatchPutMessage"]


@pytest.mark.parametrize("call", OTHERS, ids=lambda call: f"{call.operation}: {call.name}")
def test_answer_of_other_operations(connect: Connect, recorder: Recorder, call: Call) -> None:
    client = connect()
    recorder.answer = Answer(b"{}", status=202)
    exchange(client, recorder, call)
    for body in (b"", HTML, b"[]", b"null"):
        recorder.answer = Answer(body, status=202)
        with pytest.raises(DoubtfulAnswerError, match=call.operation):
            exchange(client, recorder, call)


@pytest.mark.parametrize("kept", [0, 20])
def test_answer_cut_short(connect: Connect, recorder: Recorder, kept: int) -> None:
    recorder.answer = Answer((LIST % b"[]")[:kept], headers={"Content-Length": "34", "Connection": "close"})
    client = connect(config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises((DoubtfulAnswerError, HTTPClientError)) as caught:
        client.batch_put_message(messages=[MESSAGE])
    assert not isinstance(caught.value, CONFIGURATION_FAULTS)
