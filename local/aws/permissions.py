"""Permissions of the deployed role, tried by a small function that runs with it."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from local.aws.deployed import Deployed

_PROBE = """
import boto3
from botocore.exceptions import ClientError

def handler(event, context):
    client = boto3.client(event["service"])
    try:
        getattr(client, event["operation"])(**event["parameters"])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "allowed"
"""
_NAME = "permission-probe"


def grant_batches(stack: Deployed) -> None:
    """Let the role call SendMessageBatch under the name that the emulator asks for.

    In AWS the permission for it is sqs:SendMessage (SQS developer guide, "Amazon SQS API permissions"), and
    there is no action sqs:SendMessageBatch that the stack could grant.
    """
    queue = _queue_arn(stack, "RejectedQueueUrl")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": queue}
    stack.account.client("iam").put_role_policy(
        RoleName=_role(stack).rpartition("/")[2],
        PolicyName="OnlyInTheEmulator",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def tried(stack: Deployed) -> dict[str, str]:
    """Return what came of calls with the function's role, by permission: `allowed`, or the error's code."""
    queue, bucket = stack.outputs["TelemetryUrl"], stack.outputs["TelemetryStreamGivenUp"]
    record = {"StreamName": stack.outputs["TelemetryStreamName"], "Data": "{}", "PartitionKey": "k"}
    calls = {
        "sqs:GetQueueAttributes": ("sqs", "get_queue_attributes", {"QueueUrl": queue}),
        "sqs:PurgeQueue": ("sqs", "purge_queue", {"QueueUrl": queue}),
        "s3:GetObject": ("s3", "get_object", {"Bucket": bucket, "Key": "any"}),
        "kinesis:PutRecord": ("kinesis", "put_record", record),
    }
    functions = stack.account.client("lambda")
    functions.create_function(
        FunctionName=_NAME,
        Runtime="python3.14",
        Role=_role(stack),
        Handler="probe.handler",
        Code={"ZipFile": _zip()},
        Timeout=15,
    )
    try:
        return {name: _invoke(functions, *call) for name, call in calls.items()}
    finally:
        functions.delete_function(FunctionName=_NAME)


def _invoke(functions: Any, service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    event = {"service": service, "operation": operation, "parameters": parameters}
    answer = functions.invoke(FunctionName=_NAME, Payload=json.dumps(event))
    return str(json.load(answer["Payload"]))


def _role(stack: Deployed) -> str:
    functions = stack.account.client("lambda")
    return str(functions.get_function_configuration(FunctionName=stack.outputs["FunctionName"])["Role"])


def _queue_arn(stack: Deployed, output: str) -> str:
    answer = stack.account.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs[output], AttributeNames=["QueueArn"]
    )
    return str(answer["Attributes"]["QueueArn"])


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("probe.py", _PROBE)
    return packed.getvalue()
