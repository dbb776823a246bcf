"""Error classes of the client, and which exceptions count as configuration faults."""

import json
from typing import Any

import boto3
import pytest
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError
from iotevents_client import CONFIGURATION_FAULTS, DoubtfulAnswerError, client

from tests.iotevents_client.conftest import Connect
from tests.support.iotevents_client.recorder import Answer, Recorder
from tests.support.iotevents_client.wire import MESSAGE

ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)
CODES = {
    "InvalidRequestException": 400,
    "ResourceNotFoundException": 404,
    "ThrottlingException": 429,
    "InternalFailureException": 500,
    "ServiceUnavailableException": 503,
}


def _error(code: str, status: int, form: str) -> Answer:
    body = {"message": "because"}
    if form == "header":
        return Answer(json.dumps(body).encode(), status, {"x-amzn-ErrorType": code})
    return Answer(json.dumps({**body, form: code}).encode(), status)


@pytest.mark.parametrize("form", ["header", "__type", "code"])
@pytest.mark.parametrize(("code", "status"), CODES.items())
def test_error_class_of_code(connect: Connect, recorder: Recorder, code: str, status: int, form: str) -> None:
    recorder.answer = _error(code, status, form)
    caller = connect(config=ONE_ATTEMPT)
    with pytest.raises(getattr(caller.exceptions, code)) as caught:
        caller.describe_detector(detectorModelName="Rooms")
    assert caught.value.response["Error"] == {"Code": code, "Message": "because"}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_error_of_other_code(connect: Connect, recorder: Recorder) -> None:
    recorder.answer = Answer(b'{"message":"Forbidden"}', 403)
    with pytest.raises(ClientError, match="Forbidden") as caught:
        connect(config=ONE_ATTEMPT).batch_put_message(messages=[MESSAGE])
    assert type(caught.value) is ClientError


def test_throttling_is_retried_by_botocore(connect: Connect, recorder: Recorder) -> None:
    recorder.answer = _error("ThrottlingException", 429, "header")
    caller = connect(config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    with pytest.raises(caller.exceptions.ThrottlingException):
        caller.batch_put_message(messages=[MESSAGE])
    assert len(recorder.requests) == 2


def _no_credentials(url: str) -> None:
    client(session=boto3.Session(), endpoint_url=url, region_name="eu-west-1").batch_put_message(
        messages=[MESSAGE]
    )


def _half_credentials(url: str) -> None:
    client(session=boto3.Session(), endpoint_url=url, region_name="eu-west-1", aws_access_key_id="AKID")


def _bad_region(url: str) -> None:
    client(session=boto3.Session(), endpoint_url=url, region_name="eu west 1")


def _no_endpoint(_: str) -> None:
    client(session=boto3.Session(), region_name="eu-west-1")


def _no_messages(url: str) -> None:
    session = boto3.Session("AKIDEXAMPLE", "secret")
    client(session=session, endpoint_url=url, region_name="eu-west-1").batch_put_message(messages=[])


def _unknown_profile(_: str) -> None:
    client(session=boto3.Session(profile_name="nobody"))


def _unknown_service(_: str) -> None:
    boto3.Session("AKIDEXAMPLE", "secret", region_name="eu-west-1").client("iotevents-data")


@pytest.mark.parametrize(
    "fault",
    [
        _no_credentials,
        _half_credentials,
        _bad_region,
        _no_endpoint,
        _no_messages,
        _unknown_profile,
        _unknown_service,
    ],
)
def test_configuration_fault_sends_nothing(recorder: Recorder, fault: Any) -> None:
    with pytest.raises(CONFIGURATION_FAULTS):
        fault(recorder.url)
    assert recorder.requests == []


@pytest.mark.parametrize(
    "kind",
    [
        ClientError,
        DoubtfulAnswerError,
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.ConnectionClosedError,
        exceptions.EndpointConnectionError,
        exceptions.ReadTimeoutError,
        exceptions.ConnectTimeoutError,
        exceptions.SSLError,
        exceptions.ProxyConnectionError,
        exceptions.ResponseStreamingError,
        exceptions.IncompleteReadError,
        exceptions.ChecksumError,
        exceptions.CapacityNotAvailableError,
        AttributeError,
        TypeError,
        UnicodeDecodeError,
    ],
)
def test_configuration_fault_is_not(kind: type[Exception]) -> None:
    assert not issubclass(kind, CONFIGURATION_FAULTS)
    assert not any(issubclass(fault, kind) for fault in CONFIGURATION_FAULTS)


def test_unreachable_is_no_configuration_fault(connect: Connect) -> None:
    caller = connect(endpoint_url="http://127.0.0.1:1", config=ONE_ATTEMPT)
    with pytest.raises(exceptions.EndpointConnectionError) as caught:
        caller.batch_put_message(messages=[MESSAGE])
    assert not isinstance(caught.value, CONFIGURATION_FAULTS)
