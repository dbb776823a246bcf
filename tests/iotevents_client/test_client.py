"""The client as a boto3 client: sessions, stubs, parsed answers, validation."""

from datetime import UTC, datetime
from typing import Any

import boto3
import iotevents_client
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointResolutionError, OperationNotPageableError, ParamValidationError
from botocore.stub import Stubber
from iotevents_client import IotEventsDataClient

from tests.iotevents_client.conftest import Connect
from tests.support.iotevents_client.recorder import Answer, Recorder
from tests.support.iotevents_client.wire import MESSAGE


@pytest.fixture
def no_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def test_client_has_the_typed_methods(connect: Connect) -> None:
    typed = {name for name in vars(IotEventsDataClient) if not name.startswith("_")} - {"close"}
    assert typed == set(connect().meta.method_to_api_mapping)


def test_client_with_stubber(connect: Connect) -> None:
    client = connect()
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_put_message", {"BatchPutMessageErrorEntries": []}, {"messages": [MESSAGE]}
        )
        stubber.add_client_error("batch_put_message", "ThrottlingException", http_status_code=429)
        assert client.batch_put_message(messages=[MESSAGE]) == {"BatchPutMessageErrorEntries": []}
        with pytest.raises(client.exceptions.ThrottlingException):
            client.batch_put_message(messages=[MESSAGE])
        stubber.assert_no_pending_responses()


def test_client_parses_times(connect: Connect, recorder: Recorder) -> None:
    recorder.answer = Answer(
        b'{"detector":{"keyValue":"A:1","creationTime":1557520274.405,"state":{"stateName":"Normal",'
        b'"variables":[{"name":"n","value":"1"}],"timers":[{"name":"idle","timestamp":1557520334}]}}}'
    )
    detector = connect().describe_detector(detectorModelName="Rooms", keyValue="A:1")["detector"]
    assert detector["creationTime"] == datetime(2019, 5, 10, 20, 31, 14, 405000, tzinfo=UTC)
    assert detector["state"]["timers"][0]["timestamp"] == datetime(2019, 5, 10, 20, 32, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "report"),
    [
        ({"messageId": ""}, "messages\\[0\\].messageId"),
        ({"timestamp": {"timeInMillis": 0}}, "timeInMillis"),
        ({"extra": 1}, "extra"),
        ({"payload": {}}, "payload"),
    ],
)
def test_client_validates_parameters(connect: Connect, change: dict[str, Any], report: str) -> None:
    with pytest.raises(ParamValidationError, match=report):
        connect().batch_put_message(messages=[{**MESSAGE, **change}])


def test_client_has_no_paginators(connect: Connect) -> None:
    client = connect()
    assert not client.can_paginate("list_detectors")
    with pytest.raises(OperationNotPageableError):
        client.get_paginator("list_detectors")


def test_client_passes_config_on(connect: Connect) -> None:
    assert connect(config=Config(read_timeout=7, max_pool_connections=3)).meta.config.read_timeout == 7


@pytest.mark.usefixtures("no_default_session")
def test_session_is_the_default_one() -> None:
    session = iotevents_client.session()
    assert session is boto3.DEFAULT_SESSION
    assert iotevents_client.session() is session
    assert session.client("sqs", region_name="eu-west-1").meta.service_model.service_name == "sqs"


@pytest.mark.usefixtures("no_default_session")
def test_session_that_made_clients_before(recorder: Recorder) -> None:
    boto3.client("sqs", region_name="eu-west-1")
    client = iotevents_client.client(endpoint_url=recorder.url, region_name="eu-west-1")
    assert client.meta.service_model.service_name == "iotevents-data"


def test_session_learns_once(aws: Any) -> None:
    for _ in range(3):
        iotevents_client.client(session=aws, endpoint_url="http://localhost", region_name="eu-west-1")
    paths = aws._session.get_component("data_loader").search_paths
    assert len(paths) == len(set(paths))


def test_session_has_no_default_endpoint(aws: Any) -> None:
    iotevents_client.client(session=aws, endpoint_url="http://localhost", region_name="eu-west-1")
    plain = aws.client("iotevents-data", region_name="eu-west-1")
    with pytest.raises(EndpointResolutionError, match="no default endpoint: pass endpoint_url="):
        plain.batch_put_message(messages=[MESSAGE])
