from typing import Any

import pytest

from infra.commands import cli, deploy, destroy
from infra.commands.destroy import Holding, account, find_holdings
from infra.context import Deployment
from tests.support.infra.settings import FUNCTION_ARN, FUNCTION_URL, KEY_ARN, QUEUE_ARN, settings


def needs(**changes: Any) -> str:
    return "\n".join(deploy.needs(Deployment("Trial", settings(**changes))))


def test_deploy_refuses_the_example(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "run", lambda *_: pytest.fail("the CLI was run"))
    assert deploy.main([]) == 1
    assert "endpointUrl: https://iotevents.example.com is the example" in capsys.readouterr().err


def test_deploy_says_what_it_needs() -> None:
    told = needs(
        endpointUrl=FUNCTION_URL,
        endpointFunctionArn=FUNCTION_ARN,
        sources={"One": {"existing": {"arn": QUEUE_ARN}}},
        kmsKey=KEY_ARN,
        alarms={"emails": ["ops@fleet.example"]},
    )
    for one in (
        "Trial goes to eu-west-1",
        "make bootstrap",
        FUNCTION_URL,
        FUNCTION_ARN,
        QUEUE_ARN,
        KEY_ARN,
        "ops@",
    ):
        assert one in told


def test_arguments_choose_the_settings() -> None:
    assert cli.chosen(["-c", "stack=Mine", "--force"], {}).stack == "Mine"


class CloudFormation:
    """The part of a client that is asked, with one page of resources."""

    def get_template(self, **_: Any) -> Any:
        resources = {
            "Dlq": {"DeletionPolicy": "RetainExceptOnCreate"},
            "Logs": {"DeletionPolicy": "Delete"},
            "Bucket": {},
        }
        return {"TemplateBody": {"Resources": resources}}

    def get_paginator(self, _: str) -> "CloudFormation":
        return self

    def paginate(self, **_: Any) -> Any:
        types = {
            "Dlq": "AWS::SQS::Queue",
            "Logs": "AWS::Logs::LogGroup",
            "Bucket": "AWS::S3::Bucket",
            "Role": "AWS::IAM::Role",
        }
        return [
            {
                "StackResourceSummaries": [
                    {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": f"my-{name}"}
                    for name, kind in types.items()
                ]
            }
        ]


def test_destroy_says_what_stays_and_what_is_lost() -> None:
    stays, lost = "\n".join(account(find_holdings(CloudFormation(), "Trial"))).split("This is lost:")
    assert stays.splitlines() == ["This stays, and goes on to cost:", "  - the messages of queue my-Dlq"]
    assert "  - the logs of my-Logs" in lost
    assert "  - the objects of bucket my-Bucket" in lost
    assert "aws s3 rm --recursive" in lost
    assert "my-Role" not in lost


def test_nothing_to_lose_is_said() -> None:
    told = list(account([Holding("AWS::SQS::Queue", "q", True)]))
    assert told[-1] == "This is lost: nothing"


def test_destroy_stops_where_it_cannot_look(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "run", lambda *_: pytest.fail("the CLI was run"))
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert destroy.main([]) == 1
    assert "cannot tell what would be lost: Unable to locate credentials" in capsys.readouterr().err
