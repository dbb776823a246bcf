import json
from typing import Any

import pytest

from tests.support.forwarder.records import route_body

SUBSCRIPTION = {"Type": "SubscriptionConfirmation", "TopicArn": "arn", "Token": "secret", "Message": "m"}
UNSUBSCRIBE = {**SUBSCRIPTION, "Type": "UnsubscribeConfirmation"}
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}
NOTIFIED = {"Type": "Notification", "TopicArn": "arn", "Message": json.dumps(TEST_EVENT)}
POINTER = ["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "b", "s3Key": "k"}]
ON_FAILURE = {
    "version": "1.0",
    "requestContext": {"functionArn": "arn", "condition": "RetryAttemptsExhausted"},
}
MESSAGES = [SUBSCRIPTION, UNSUBSCRIBE, TEST_EVENT, NOTIFIED]


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("envelope", ["none", "auto", "sns", "eventbridge"])
@pytest.mark.parametrize("format", ["json", "bytes"])
def test_service_message_is_rejected(message: Any, envelope: str, format: str) -> None:
    routed = route_body(json.dumps(message), {"inputName": "A", "format": format}, envelope=envelope)
    assert (routed.messages, [problem.reason.code for problem in routed.problems]) == ((), ["ServiceMessage"])
    assert "secret" not in routed.problems[0].reason.text


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("body_format", ["json", "json-lines"])
def test_service_message_is_dropped(message: Any, body_format: str) -> None:
    routed = route_body(json.dumps(message), unrouted="drop", bodyFormat=body_format)
    assert (routed.messages, routed.problems) == ((), ())


@pytest.mark.parametrize(
    "body", [{"Type": "SubscriptionConfirmation"}, {"note": "s3:TestEvent"}, {"inner": SUBSCRIPTION}]
)
def test_telemetry_like_it_is_sent(body: Any) -> None:
    assert len(route_body(json.dumps(body)).messages) == 1


def test_pointer_is_named() -> None:
    (problem,) = route_body(json.dumps(POINTER)).problems
    assert problem.reason.text.endswith(": it is a pointer of the SQS extended client, whose body lies in S3")


def test_on_failure_document_is_named() -> None:
    (problem,) = route_body(json.dumps(ON_FAILURE), {"inputName": "A", "when": "body.device"}).problems
    assert problem.reason.text.endswith(": it is a document of a Lambda on-failure destination")
