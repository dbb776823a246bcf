"""The telemetry of a scenario, sent into real queues and a stream; the ids that those give are remembered."""

from collections.abc import Sequence
from typing import Any

from forwarder.batches import in_batches

from local.aws.account import Account
from local.lambda_runtime.events import KinesisRecord, SqsMessage

QUEUE_BATCH = 10
STREAM_BATCH = 100


class SendError(Exception):
    """A source did not take what was sent."""


def send_messages(account: Account, url: str, messages: Sequence[SqsMessage]) -> dict[str, str]:
    """Send messages to a queue, in order; return the ids that SQS gave, by ours."""
    sqs = account.client("sqs")
    given: dict[str, str] = {}
    for batch in in_batches(messages, QUEUE_BATCH):
        answer = sqs.send_message_batch(QueueUrl=url, Entries=[_entry(one) for one in batch])
        if answer.get("Failed"):
            raise SendError(f"{url}: {answer['Failed'][:2]}")
        given |= {one["Id"]: one["MessageId"] for one in answer["Successful"]}
    return given


def put_records(account: Account, stream: str, records: Sequence[KinesisRecord]) -> dict[str, str]:
    """Put records into a stream, in order; return the sequence numbers that Kinesis gave, by ours."""
    kinesis = account.client("kinesis")
    given: dict[str, str] = {}
    for batch in in_batches(records, STREAM_BATCH):
        wanted = [{"PartitionKey": one.key, "Data": one.data} for one in batch]
        answer = kinesis.put_records(StreamName=stream, Records=wanted)
        if answer["FailedRecordCount"]:
            raise SendError(f"{stream}: {answer['FailedRecordCount']} records were not taken")
        given |= {
            one.sequence: taken["SequenceNumber"] for one, taken in zip(batch, answer["Records"], strict=True)
        }
    return given


def _entry(message: SqsMessage) -> dict[str, Any]:
    """Our id is the entry's, and the deduplication id of a FIFO queue's message."""
    entry = {"Id": message.id, "MessageBody": message.body}
    if message.group is not None:
        entry |= {"MessageGroupId": message.group, "MessageDeduplicationId": message.id}
    return entry
