"""What the function may do: exactly this."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.infra.settings import (
    ACCOUNT,
    CONFIG,
    FIFO,
    FUNCTION_ARN,
    FUNCTION_URL,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STREAM_ARN,
    problems,
    properties,
    resources,
)

LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
REJECTED = {"sqs:SendMessage"}
READ_QUEUE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
READ_STREAM = {
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
}
API = "https://abc123.execute-api.eu-west-1.amazonaws.com"
API_ARN = f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:abc123"


def statements(**changes: Any) -> list[dict[str, Any]]:
    document = properties("AWS::IAM::Policy", **changes)["PolicyDocument"]
    return list(document["Statement"])


def actions(**changes: Any) -> set[str]:
    return {action for one in statements(**changes) for action in _list(one["Action"])}


def with_action(action: str, **changes: Any) -> dict[str, Any]:
    (found,) = [one for one in statements(**changes) if action in _list(one["Action"])]
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (SQS, READ_QUEUE),
        (FIFO, READ_QUEUE),
        ({"existing": {"arn": QUEUE_ARN}}, READ_QUEUE),
        ({"existing": {"arn": QUEUE_ARN, "kmsKeyArn": KEY_ARN}}, READ_QUEUE | {"kms:Decrypt"}),
        (KINESIS, READ_STREAM | {"s3:PutObject", "s3:ListBucket"}),
        ({**KINESIS, "onFailure": "sqs"}, READ_STREAM),
        ({**KINESIS, "onFailure": QUEUE_ARN}, READ_STREAM),
        (
            {"existing": {"arn": STREAM_ARN, "kmsKeyArn": KEY_ARN}},
            READ_STREAM | {"s3:PutObject", "s3:ListBucket", "kms:Decrypt"},
        ),
        (
            {**KINESIS, "enhancedFanOut": True, "onFailure": "sqs"},
            READ_STREAM | {"kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"},
        ),
    ],
)
def test_role_may_read_its_source(source: Mapping[str, Any], wanted: set[str]) -> None:
    assert actions(sources={"One": source}) == LOGS | REJECTED | wanted


def test_role_has_one_policy_and_no_managed_one() -> None:
    assert "ManagedPolicyArns" not in properties("AWS::IAM::Role")
    assert len(resources("AWS::IAM::Policy")) == 1


def test_only_the_bucket_has_a_wildcard() -> None:
    wild = [one for one in statements(sources={"One": KINESIS}) if "*" in str(one["Resource"])]
    assert [one["Action"] for one in wild] == ["s3:PutObject"]


@pytest.mark.parametrize(("kind", "granted"), [(SQS, True), (FIFO, False)])
def test_visibility_backoff_is_granted(kind: Mapping[str, Any], granted: bool) -> None:
    found = actions(sources={"One": kind}, config={**CONFIG, "visibilityBackoff": True})
    assert ("sqs:ChangeMessageVisibility" in found) is granted


def test_customer_key_is_for_reading_and_writing() -> None:
    changes = {"sources": {"One": SQS}, "kmsKey": KEY_ARN}
    used = [one for one in statements(**changes) if "kms:" in str(one["Action"])]
    assert {one for statement in used for one in _list(statement["Action"])} == {
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }
    assert {statement["Resource"] for statement in used} == {KEY_ARN}


def test_made_key_lets_alarms_reach_the_topic() -> None:
    policy = properties("AWS::KMS::Key", kmsKey="create")["KeyPolicy"]["Statement"]
    (alarms,) = [one for one in policy if one["Principal"] == {"Service": "cloudwatch.amazonaws.com"}]
    assert {*alarms["Action"]} == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert properties("AWS::KMS::Key", kmsKey="create")["EnableKeyRotation"] is True


def test_tracing_is_granted_on_request() -> None:
    assert not any(action.startswith("xray:") for action in actions())
    found = actions(function={"tracing": True})
    assert {one for one in found if one.startswith("xray:")} == {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }


def test_function_url_needs_two_permissions() -> None:
    changes = {"endpointUrl": FUNCTION_URL, "endpointFunctionArn": FUNCTION_ARN}
    url, function = (
        with_action("lambda:InvokeFunctionUrl", **changes),
        with_action("lambda:InvokeFunction", **changes),
    )
    assert (url["Resource"], function["Resource"]) == (FUNCTION_ARN, FUNCTION_ARN)
    assert url["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    assert function["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


@pytest.mark.parametrize(
    ("url", "arn", "resource"),
    [
        (f"{API}/prod", API_ARN, f"{API_ARN}/prod/POST/inputs/messages"),
        (f"{API}/prod/", API_ARN + "/prod", f"{API_ARN}/prod/POST/inputs/messages"),
        (f"{API}/prod/data", API_ARN, f"{API_ARN}/prod/POST/data/inputs/messages"),
        (API, API_ARN, f"{API_ARN}/$default/POST/inputs/messages"),
    ],
)
def test_api_is_allowed_one_operation(url: str, arn: str, resource: str) -> None:
    found = with_action("execute-api:Invoke", endpointUrl=url, endpointApiArn=arn)
    assert found["Resource"] == resource


def test_api_is_found_by_its_host() -> None:
    found = with_action("execute-api:Invoke", endpointUrl=f"{API}/prod")["Resource"]["Fn::Join"][1]
    assert "".join(one if isinstance(one, str) else "…" for one in found) == (
        "arn:…:execute-api:eu-west-1:…:abc123/prod/POST/inputs/messages"
    )


def test_custom_domain_is_told_by_arn() -> None:
    changes = {
        "endpointUrl": "https://iot.internal/v1",
        "endpointApiArn": f"{API_ARN}/prod",
        "signingName": "execute-api",
    }
    assert with_action("execute-api:Invoke", **changes)["Resource"] == f"{API_ARN}/prod/POST/inputs/messages"


def test_other_host_gets_no_statement() -> None:
    assert actions() == LOGS | REJECTED | READ_QUEUE


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"endpointUrl": FUNCTION_URL}, "endpointFunctionArn: missing; endpointUrl is a function URL"),
        (
            {"endpointUrl": FUNCTION_URL, "endpointApiArn": API_ARN},
            "endpointApiArn: endpointUrl is a function URL; name its function in endpointFunctionArn",
        ),
        (
            {
                "endpointUrl": FUNCTION_URL,
                "endpointFunctionArn": FUNCTION_ARN.replace("eu-west-1", "us-east-1"),
            },
            "endpointFunctionArn: arn:aws:lambda:us-east-1:",
        ),
        (
            {"endpointUrl": API, "endpointFunctionArn": FUNCTION_ARN},
            "endpointFunctionArn: endpointUrl is an API",
        ),
        ({"endpointUrl": API, "endpointApiArn": API_ARN.replace("abc123", "xyz")}, "endpointApiArn: arn:"),
        (
            {"endpointApiArn": API_ARN + "/prod"},
            "signingName: missing; the host iot.internal does not tell it",
        ),
        (
            {"endpointApiArn": API_ARN, "signingName": "execute-api"},
            f"endpointApiArn: {API_ARN} has no stage",
        ),
        ({"endpointFunctionArn": "iotevents"}, "endpointFunctionArn: must be the ARN of a function"),
        (
            {"endpointFunctionArn": FUNCTION_ARN, "endpointApiArn": API_ARN},
            "endpointApiArn: stands beside endpointFunctionArn",
        ),
    ],
)
def test_contradicting_endpoint_is_refused(changes: dict[str, Any], problem: str) -> None:
    (found,) = problems(**changes)
    assert found.startswith(problem)
