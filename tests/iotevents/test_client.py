"""The boto3 client of this project against the server."""

from typing import Any

import iotevents_client
import pytest
from botocore.exceptions import ClientError

from local.faults import FaultyEndpoint
from tests.support.iotevents.calls import INPUT


@pytest.fixture
def client(endpoint: FaultyEndpoint, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return iotevents_client.client(endpoint_url=endpoint.url, region_name="eu-west-1")


def message(message_id: str, payload: bytes = b"{}", input_name: str = INPUT) -> dict[str, Any]:
    return {"messageId": message_id, "inputName": input_name, "payload": payload}


def test_client_puts_messages(client: Any, endpoint: FaultyEndpoint) -> None:
    answer = client.batch_put_message(
        messages=[message("a") | {"timestamp": {"timeInMillis": 5}}, message("b", b"[")]
    )
    (entry,) = answer["BatchPutMessageErrorEntries"]
    assert (entry["messageId"], entry["errorCode"]) == ("b", "InvalidRequestException")
    assert [(one.key.message_id, one.timestamp) for one in endpoint.accepted()] == [("a", 5)]


def test_client_raises_the_modelled_error(client: Any) -> None:
    with pytest.raises(client.exceptions.InvalidRequestException, match="unique in the call"):
        client.batch_put_message(messages=[message("a"), message("a")])


def test_client_is_told_what_is_to_come(client: Any) -> None:
    with pytest.raises(ClientError, match="UnsupportedOperationException"):
        client.describe_alarm(alarmModelName="m", keyValue="k")
