"""Events of sources that are not handled: how to know them, and what to put between."""

from collections.abc import Mapping, Sequence
from typing import Any

HANDLED = ("aws:sqs", "aws:kinesis")

_QUEUE = "put an SQS queue between"
_ADVICE = {
    "aws:s3": f"{_QUEUE} (S3's notifications can go to one; they name objects, they do not hold them)",
    "aws:sns": f"{_QUEUE} that subscribes to the topic (`envelope` sns, or raw message delivery)",
    "aws:dynamodb": "let the table write its changes to a Kinesis stream",
    "aws:kafka": f"{_QUEUE}, or a Kinesis stream, that a Kafka connector writes to",
    "SelfManagedKafka": f"{_QUEUE}, or a Kinesis stream, that a Kafka connector writes to",
    "aws:mq": f"{_QUEUE} that a consumer of the broker writes to",
    "aws:rmq": f"{_QUEUE} that a consumer of the broker writes to",
    "aws:docdb": f"{_QUEUE} that a consumer of the change stream writes to",
    "EventBridge": f"{_QUEUE} as the rule's target (`envelope` eventbridge)",
    "EventBridge Pipes": "let the pipe write to an SQS queue or a Kinesis stream",
    "CloudWatch Logs": "let the subscription filter write to a Kinesis stream",
    "Data Firehose": "let the function read the Kinesis stream before it",
}


def refusal(name: str) -> str:
    """Return why events of a source are not taken, with what to put between where that is known."""
    advice = f"; {_ADVICE[name]}" if name in _ADVICE else ""
    return f"events of {name} are not handled, only those of {' and '.join(HANDLED)}{advice}"


def source_of_list(event: Sequence[Any]) -> str | None:
    """Return the source of an event that is a list; None for one that is not known."""
    return "EventBridge Pipes" if event and all(isinstance(entry, Mapping) for entry in event) else None


def source_without_records(event: Mapping[str, Any]) -> str | None:
    """Return the source of an event that has no `Records`; None for one that is not known."""
    if isinstance(name := event.get("eventSource"), str) and name:
        return name
    if "detail-type" in event and "detail" in event:
        return "EventBridge"
    if "awslogs" in event:
        return "CloudWatch Logs"
    return "Data Firehose" if "deliveryStreamArn" in event and "records" in event else None


def source_of_record(entry: Mapping[str, Any]) -> str | None:
    """Return the source that a record names; SNS spells the member in its own way."""
    name = entry.get("eventSource") or entry.get("EventSource")
    return name if isinstance(name, str) and name else None
