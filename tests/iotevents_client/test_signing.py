"""The Authorization header as it goes over the wire; the recorder is the proxy, so hosts can be any."""

from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.iotevents_client.conftest import Connect
from tests.support.iotevents_client.recorder import Recorder, Request
from tests.support.iotevents_client.wire import MESSAGE, scope


def _send(connect: Connect, recorder: Recorder, host: str, **kwargs: Any) -> Request:
    config = Config(proxies={"http": recorder.url}).merge(kwargs.pop("config", Config()))
    given = {"endpoint_url": f"http://{host}", "allow_http": True, "config": config, **kwargs}
    connect(**given).batch_put_message(messages=[MESSAGE])
    (request,) = recorder.requests
    return request


@pytest.mark.parametrize(
    ("host", "signed_for"),
    [
        ("events.example.com", "eu-west-1/ioteventsdata"),
        ("data.iotevents.us-east-1.amazonaws.com", "eu-west-1/ioteventsdata"),
        ("abc123.lambda-url.us-west-2.on.aws", "us-west-2/lambda"),
        ("ABC123.Lambda-URL.us-west-2.on.aws.", "us-west-2/lambda"),
        ("abc123.lambda-url.us-west-2.on.aws:8080", "us-west-2/lambda"),
        ("abc123.lambda-url.us-west-2.on.aws.example.com", "eu-west-1/ioteventsdata"),
        ("lambda-url.us-west-2.on.aws", "eu-west-1/ioteventsdata"),
        ("k1.execute-api.ap-south-1.amazonaws.com/prod", "ap-south-1/execute-api"),
        ("k1-vpce-0a1b.execute-api.ap-south-1.amazonaws.com", "ap-south-1/execute-api"),
        ("k1.execute-api.cn-north-1.amazonaws.com.cn", "cn-north-1/execute-api"),
        ("k1.execute-api.us-gov-west-1.amazonaws.com", "us-gov-west-1/execute-api"),
        ("k1.execute-api.ap-south-1.amazonaws.com.example.com", "eu-west-1/ioteventsdata"),
    ],
)
def test_signing_follows_host(connect: Connect, recorder: Recorder, host: str, signed_for: str) -> None:
    request = _send(connect, recorder, host)
    assert request.path.startswith(f"http://{host.lower()}")
    assert scope(request)["signed for"] == f"{signed_for}/aws4_request"


def test_signing_arguments_override_host(connect: Connect, recorder: Recorder) -> None:
    told = {"signing_name": "custom", "signing_region": "eu-south-1"}
    request = _send(connect, recorder, "k1.execute-api.ap-south-1.amazonaws.com", **told)
    assert scope(request)["signed for"] == "eu-south-1/custom/aws4_request"


def test_signing_name_alone_keeps_region(connect: Connect, recorder: Recorder) -> None:
    request = _send(connect, recorder, "events.example.com", signing_name="execute-api")
    assert scope(request)["signed for"] == "eu-west-1/execute-api/aws4_request"


def test_signing_region_from_host_needs_no_other(connect: Connect, recorder: Recorder) -> None:
    request = _send(connect, recorder, "x.lambda-url.us-west-2.on.aws", region_name=None)
    assert scope(request)["signed for"] == "us-west-2/lambda/aws4_request"


def test_signing_region_from_environment(
    connect: Connect, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    request = _send(connect, recorder, "events.example.com", region_name=None)
    assert scope(request)["signed for"] == "sa-east-1/ioteventsdata/aws4_request"


def test_signing_region_from_config(connect: Connect, recorder: Recorder) -> None:
    config = Config(region_name="ca-central-1")
    request = _send(connect, recorder, "events.example.com", region_name=None, config=config)
    assert scope(request)["signed for"] == "ca-central-1/ioteventsdata/aws4_request"


def test_signing_can_be_turned_off(connect: Connect, recorder: Recorder) -> None:
    request = _send(connect, recorder, "events.example.com", config=Config(signature_version=UNSIGNED))
    assert "authorization" not in request.headers


def test_stage_of_an_api_is_kept(connect: Connect, recorder: Recorder) -> None:
    host = "k1.execute-api.ap-south-1.amazonaws.com"
    assert _send(connect, recorder, f"{host}/prod/").path == f"http://{host}/prod/inputs/messages"
