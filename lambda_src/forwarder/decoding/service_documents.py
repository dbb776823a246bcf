"""Documents that AWS services put into a queue on their own account: they are no telemetry."""

from collections.abc import Mapping
from typing import Any

from forwarder.decoding.body import parse_body
from forwarder.errors import Rejection

_MARKS = (b"SubscriptionConfirmation", b"UnsubscribeConfirmation", b"s3:TestEvent")
_CONFIRMATIONS = {
    "SubscriptionConfirmation": "an SNS subscription confirmation: open its SubscribeURL",
    "UnsubscribeConfirmation": "an SNS unsubscribe confirmation: the topic's subscription has ended",
}
_TEST_EVENT = "an S3 test event, which S3 sends when notifications are set up"
_POINTERS = (
    "software.amazon.payloadoffloading.PayloadS3Pointer",
    "com.amazon.sqs.javamessaging.MessageS3Pointer",
)


def service_message(data: bytes, cap: int) -> str:
    """Return what SNS or S3 says to whom reads the queue; "" for anything else.

    It is looked for by marks, as each record is looked at: the services write plain JSON, S3's test event
    perhaps inside of an SNS notification. `cap` is `maxDecompressedBytes`.
    """
    if not any(mark in data for mark in _MARKS):
        return ""
    document = _parse(data, cap)
    if isinstance(document, Mapping) and document.get("Type") == "Notification":
        document = _parse(str(document.get("Message")).encode("utf-8", "surrogatepass"), cap)
    return _kind(document) if isinstance(document, Mapping) else ""


def known_document(document: Any) -> str:
    """Return what a document is that is rejected: one of Lambda, or a pointer into S3; "" for any other."""
    if isinstance(document, list) and len(document) == 2 and document[0] in _POINTERS:
        return "a pointer of the SQS extended client, whose body lies in S3"
    if not isinstance(document, Mapping):
        return ""
    context = document.get("requestContext")
    if isinstance(context, Mapping) and "functionArn" in context and "condition" in context:
        return "a document of a Lambda on-failure destination"
    return ""


def _kind(document: Mapping[str, Any]) -> str:
    if document.get("Service") == "Amazon S3" and document.get("Event") == "s3:TestEvent":
        return _TEST_EVENT
    if not all(isinstance(document.get(name), str) for name in ("Type", "Token", "TopicArn")):
        return ""
    return _CONFIRMATIONS.get(document["Type"], "")


def _parse(data: bytes, cap: int) -> Any:
    try:
        return parse_body(data, cap, text=True)
    except Rejection:
        return None
