"""Redrive to the source: whole records go back to their queue or stream and are delivered anew."""

import hashlib
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from forwarder.records import Source
from forwarder.redrive.aws import error_text, is_permanent
from forwarder.redrive.destination import QueuedRecord
from forwarder.rejected_records.decoder import RejectedRecord

MakeClient = Callable[[str, str], Any]
"""(service, region) -> boto3 client."""


class ToSource:
    """Queues and streams of the records' ARNs, with one client for each service and region."""

    def __init__(self, make_client: MakeClient) -> None:
        self.fault = ""
        self._make_client = make_client
        self._clients: dict[tuple[str, str], Any] = {}
        self._urls: dict[str, str] = {}

    def check(self, queued: QueuedRecord) -> str:
        """Return what a record lacks that its source demands."""
        record = queued.record
        if record.source is Source.KINESIS:
            return "" if record.partition_key else "it has no partition key, which a stream demands"
        if record.source is Source.FIFO and not record.group_id:
            return "it has no message group, which a FIFO queue demands"
        if not record.data:
            return "it has no body, which a queue demands"
        return _flaw(record)

    def move(self, records: Sequence[QueuedRecord]) -> list[str]:
        """Put records back one after the other."""
        return [self._put_back(queued) for queued in records]

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            client.close()

    def _put_back(self, queued: QueuedRecord) -> str:
        if self.fault:
            return "not tried any more"
        try:
            put = _put_record if queued.record.source is Source.KINESIS else self._send_message
            confirmed = put(self._client(queued.record), queued)
        except Exception as error:  # noqa: BLE001  odd answers make botocore raise all kinds of errors
            self.fault = error_text(error) if is_permanent(error) else ""
            return error_text(error)
        return "" if confirmed else "the source's answer does not confirm it"

    def _client(self, record: RejectedRecord) -> Any:
        service = "kinesis" if record.source is Source.KINESIS else "sqs"
        place = (service, record.region)
        if place not in self._clients:
            self._clients[place] = self._make_client(*place)
        return self._clients[place]

    def _send_message(self, client: Any, queued: QueuedRecord) -> bool:
        record = queued.record
        answer = client.send_message(
            QueueUrl=self._url(client, record),
            MessageBody=record.data.decode(),
            MessageAttributes=_attributes(record.message_attributes),
            **_group(queued),
        )
        return bool(answer.get("MessageId"))

    def _url(self, client: Any, record: RejectedRecord) -> str:
        if record.arn not in self._urls:
            answer = client.get_queue_url(QueueName=record.name, QueueOwnerAWSAccountId=record.account)
            self._urls[record.arn] = answer["QueueUrl"]
        return self._urls[record.arn]


def _put_record(client: Any, queued: QueuedRecord) -> bool:
    """Put a record, also a sub-record of a KPL aggregate by itself; return whether that is confirmed."""
    record = queued.record
    # An event source mapping with enhanced fan-out could name the consumer, which is below the stream.
    arn = record.arn.partition("/consumer/")[0]
    answer = client.put_record(StreamARN=arn, PartitionKey=record.partition_key, Data=record.data)
    return bool(answer.get("SequenceNumber"))


def _group(queued: QueuedRecord) -> dict[str, str]:
    """Return the parameters for the message group and, on a FIFO queue, against repetitions.

    Standard queues take a group too (fair queues). Within five minutes a FIFO queue would drop a message with
    the deduplication id of the original. The new id stays the same if the same message is moved twice.
    """
    record = queued.record
    group = {"MessageGroupId": record.group_id} if record.group_id else {}
    if record.source is not Source.FIFO:
        return group
    deduplication_id = hashlib.sha256(f"{record.id}\n{queued.message_id}".encode()).hexdigest()
    return {**group, "MessageDeduplicationId": deduplication_id}


def _attributes(event_attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return message attributes in the form of the API, from that of the event."""
    return {name: _attribute(value) for name, value in event_attributes.items()}


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"DataType": value["dataType"]}
    if value.get("stringValue") is not None:
        attribute["StringValue"] = value["stringValue"]
    if value.get("binaryValue") is not None:
        attribute["BinaryValue"] = b64decode(value["binaryValue"], validate=True)
    return attribute


def _flaw(record: RejectedRecord) -> str:
    """Return why SendMessage would refuse a record; empty if it would not."""
    try:
        record.data.decode()
    except UnicodeDecodeError:
        return "its body has half of a surrogate pair, which a queue refuses"
    try:
        _attributes(record.message_attributes)
    except (KeyError, TypeError, AttributeError, ValueError):
        return "its message attributes are not in the form of an event"
    return ""
