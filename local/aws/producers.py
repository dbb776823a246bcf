"""Producers that send a scenario's telemetry into real queues and a stream, and return the real ids."""

from collections.abc import Sequence
from typing import Any

from forwarder.batches import in_batches

from local.aws.account import Account
from local.lambda_runtime.events import KinesisRecord, SqsMessage

QUEUE_BATCH = 10
STREAM_BATCH = 100


class SendError(Exception):
    """A queue or stream refused records."""


def send_messages(account: Account, url: str, messages: Sequence[SqsMessage]) -> dict[str, str]:
    """Send messages to a queue, in order; return the ids that SQS gave, by ours."""
    sqs = account.client("sqs")
    real_ids: dict[str, str] = {}
    for batch in in_batches(messages, QUEUE_BATCH):
        answer = sqs.send_message_batch(QueueUrl=url, Entries=[_entry(message) for message in batch])
        if answer.get("Failed"):
            raise SendError(f"{url}: {answer['Failed'][:2]}")
        real_ids |= {accepted["Id"]: accepted["MessageId"] for accepted in answer["Successful"]}
    return real_ids


def put_records(account: Account, stream: str, records: Sequence[KinesisRecord]) -> dict[str, str]:
    """Put records into a stream, in order; return the sequence numbers that Kinesis gave, by ours."""
    kinesis = account.client("kinesis")
    real_ids: dict[str, str] = {}
    for batch in in_batches(records, STREAM_BATCH):
        wanted = [{"PartitionKey": record.key, "Data": record.data} for record in batch]
        answer = kinesis.put_records(StreamName=stream, Records=wanted)
        if answer["FailedRecordCount"]:
            raise SendError(f"{stream}: {answer['FailedRecordCount']} records were not taken")
        real_ids |= {
            record.sequence: taken["SequenceNumber"]
            for record, taken in zip(batch, answer["Records"], strict=True)
        }
    return real_ids


def _entry(message: SqsMessage) -> dict[str, Any]:
    """Return a batch entry; our id is the entry's, and the deduplication id in a FIFO queue."""
    entry = {"Id": message.id, "MessageBody": message.body}
    if message.group is not None:
        entry |= {"MessageGroupId": message.group, "MessageDeduplicationId": message.id}
    return entry
