"""Lambda events as SQS and Kinesis event source mappings build them.

Shapes as in the Lambda developer guide ("Using Lambda with Amazon SQS", "… with Kinesis"). Identifiers are
made from names and positions, so that the same telemetry always gives the same events.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from typing import Any
from uuid import NAMESPACE_URL, uuid5

REGION = "eu-west-1"
ACCOUNT = "123456789012"

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SqsMessage:
    """Message in a queue; `sent` is epoch milliseconds, `group` is required on a FIFO queue."""

    id: str
    body: str
    sent: int
    group: str | None = None
    sequence: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Message attributes in the form of the event: name -> {"stringValue": …, "dataType": …}."""


@dataclass(frozen=True, slots=True)
class KinesisRecord:
    """Record in a shard; `arrival` is epoch milliseconds."""

    sequence: str
    key: str
    data: bytes
    arrival: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Receive of an SQS message: the number of receives so far, the first one's time (epoch milliseconds)."""

    count: int = 1
    first: int | None = None


def queue_arn(name: str) -> str:
    """Return the ARN of a queue of the sample account; a FIFO queue's name ends in `.fifo`."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def stream_arn(name: str) -> str:
    """Return the ARN of a stream of the sample account."""
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def sqs_message(
    name: str, body: str, sent: int, *, group: str | None = None, position: int = 0
) -> SqsMessage:
    """Return a message whose id is the UUIDv5 of `name`; with a `group`, one of a FIFO queue."""
    sequence = None if group is None else f"{18870000000000000000 + 256 * position:020d}"
    return SqsMessage(str(uuid5(NAMESPACE_URL, name)), body, sent, group, sequence)


def sequence_number(position: int, shard: int = 0) -> str:
    """Return the 56-digit sequence number of the record at `position` in a shard."""
    return f"4959{shard:04d}{position:048d}"


def sqs_event(
    arn: str, messages: Iterable[SqsMessage], receipts: Mapping[str, Receipt] | None = None
) -> Event:
    """Return the event in which the queue's messages reach a function."""
    known = receipts or {}
    return {"Records": [_sqs_record(arn, message, known.get(message.id, Receipt())) for message in messages]}


def kinesis_event(arn: str, records: Iterable[KinesisRecord], shard: int = 0) -> Event:
    """Return the event in which records of one shard reach a function."""
    return {"Records": [_kinesis_record(arn, record, f"shardId-{shard:012d}") for record in records]}


def receipt_handle(message_id: str, count: int) -> str:
    """Return the handle of the `count`-th receive of a message."""
    return b64encode(f"{message_id} {count}".encode()).decode()


def sns_notification(topic: str, message: str, sent: int) -> str:
    """Return the SQS body that an SNS topic without raw delivery writes for a message."""
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}"
    host = f"https://sns.{REGION}.amazonaws.com"
    return dumps(
        {
            "Type": "Notification",
            "MessageId": str(uuid5(NAMESPACE_URL, f"{arn}/{message}")),
            "TopicArn": arn,
            "Message": message,
            "Timestamp": _iso(sent, "milliseconds"),
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertURL": f"{host}/SimpleNotificationService-EXAMPLE.pem",
            "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={arn}:EXAMPLE",
        }
    )


def eventbridge_event(source: str, detail_type: str, detail: Mapping[str, Any], sent: int) -> str:
    """Return the SQS body that an EventBridge rule writes for an event."""
    return dumps(
        {
            "version": "0",
            "id": str(uuid5(NAMESPACE_URL, f"{source}/{detail_type}/{dumps(detail)}")),
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": _iso(sent, "seconds"),
            "region": REGION,
            "resources": [],
            "detail": detail,
        }
    )


def dumps(value: Any) -> str:
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _sqs_record(arn: str, message: SqsMessage, receipt: Receipt) -> Event:
    return {
        "messageId": message.id,
        "receiptHandle": receipt_handle(message.id, receipt.count),
        "body": message.body,
        "attributes": _sqs_attributes(message, receipt),
        "messageAttributes": dict(message.attributes),
        "md5OfBody": md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _sqs_attributes(message: SqsMessage, receipt: Receipt) -> dict[str, str]:
    return {
        "ApproximateReceiveCount": str(receipt.count),
        "SentTimestamp": str(message.sent),
        "SenderId": "AIDAEXAMPLE",
        "ApproximateFirstReceiveTimestamp": str(message.sent if receipt.first is None else receipt.first),
        **_fifo_attributes(message),
    }


def _fifo_attributes(message: SqsMessage) -> dict[str, str]:
    if message.group is None:
        return {}
    fair = {"MessageGroupId": message.group}
    if message.sequence is None:
        return fair
    return {**fair, "SequenceNumber": message.sequence, "MessageDeduplicationId": message.id}


def _kinesis_record(arn: str, record: KinesisRecord, shard: str) -> Event:
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.key,
            "sequenceNumber": record.sequence,
            "data": b64encode(record.data).decode(),
            "approximateArrivalTimestamp": record.arrival / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record.sequence}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/forwarder",
        "awsRegion": REGION,
        "eventSourceARN": arn,
    }


def _iso(milliseconds: int, precision: str) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
