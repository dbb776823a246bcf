"""Queues in memory, with the rules of SQS that a producer or a consumer can break.

Limits and errors as in the Amazon SQS API reference. A queue whose name ends in `.fifo` demands a group and
forgets repetitions, but locks no group: that is for pollers, see `local.pollers`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from time import monotonic
from typing import Any
from uuid import uuid4

MAX_BYTES = 1024 * 1024
"""Of a message, and of all messages of one SendMessageBatch."""
MAX_ENTRIES = 10
VISIBILITY_TIMEOUT = 30
"""Seconds, if the receiver asks for no other."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Answer = dict[str, Any]


class QueueError(Exception):
    """A request that SQS refuses; `code` is the API's."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


@dataclass(slots=True)
class StoredMessage:
    """Message in a queue."""

    body: str
    attributes: Mapping[str, Any]
    group: str | None
    deduplication: str | None
    id: str = field(default_factory=lambda: str(uuid4()))
    received: int = 0
    """Number of receives."""
    visible: float = 0.0
    """Time by the queue's clock from which the message can be received."""


class Queue:
    """Queue in memory; its methods take and return members of SQS's JSON protocol and raise QueueError."""

    def __init__(self, name: str, clock: Callable[[], float] = monotonic) -> None:
        self.name = name
        self.messages: list[StoredMessage] = []
        self.clock = clock
        self._known: set[str] = set()

    def send(self, entry: Mapping[str, Any]) -> Answer:
        """Keep one message."""
        body = entry["MessageBody"]
        message = StoredMessage(
            body,
            entry.get("MessageAttributes", {}),
            entry.get("MessageGroupId"),
            entry.get("MessageDeduplicationId"),
        )
        self._check(message)
        if message.deduplication is None or message.deduplication not in self._known:
            self.messages.append(message)
        if message.deduplication is not None:
            self._known.add(message.deduplication)
        return {"MessageId": message.id, "MD5OfMessageBody": _md5(body)}

    def send_batch(self, entries: Sequence[Mapping[str, Any]]) -> Answer:
        """Keep several; those that are wrong by themselves are answered as failed."""
        _check_batch(entries)
        if sum(len(entry["MessageBody"].encode()) for entry in entries) > MAX_BYTES:
            raise QueueError("BatchRequestTooLong", f"the messages have more than {MAX_BYTES} bytes together")
        return _each(entries, self.send)

    def receive(self, request: Mapping[str, Any]) -> Answer:
        """Give out what is visible; unlike SQS it never waits for more to come."""
        now = self.clock()
        visible = [message for message in self.messages if message.visible <= now]
        received = visible[: request.get("MaxNumberOfMessages", 1)]
        for message in received:
            message.received += 1
            message.visible = now + request.get("VisibilityTimeout", VISIBILITY_TIMEOUT)
        return {"Messages": [_received(message) for message in received]} if received else {}

    def delete(self, entry: Mapping[str, Any]) -> Answer:
        """Delete a message by the handle of any of its receipts."""
        self.messages.remove(self._find(entry))
        return {}

    def change_visibility(self, entry: Mapping[str, Any]) -> Answer:
        """Hide a received message for so many seconds from now on."""
        self._find(entry).visible = self.clock() + entry["VisibilityTimeout"]
        return {}

    def delete_batch(self, entries: Sequence[Mapping[str, Any]]) -> Answer:
        """Delete several."""
        _check_batch(entries)
        return _each(entries, self.delete)

    def change_visibility_batch(self, entries: Sequence[Mapping[str, Any]]) -> Answer:
        """Hide several."""
        _check_batch(entries)
        return _each(entries, self.change_visibility)

    def _find(self, entry: Mapping[str, Any]) -> StoredMessage:
        handle = entry["ReceiptHandle"]
        for message in self.messages:
            if handle in _handles(message):
                return message
        raise QueueError("ReceiptHandleIsInvalid", "the receipt handle is of no message in this queue")

    def _check(self, message: StoredMessage) -> None:
        if not 1 <= len(message.body.encode("utf-8", "surrogatepass")) <= MAX_BYTES:
            raise QueueError("InvalidParameterValue", f"a message has from 1 to {MAX_BYTES} bytes")
        if _ILLEGAL.search(message.body):
            raise QueueError("InvalidMessageContents", "the body has characters that are not allowed")
        if self.name.endswith(".fifo") and not (message.group and message.deduplication):
            raise QueueError(
                "MissingParameter", "a FIFO queue needs MessageGroupId and MessageDeduplicationId"
            )
        if not self.name.endswith(".fifo") and message.deduplication:
            raise QueueError("InvalidParameterValue", "MessageDeduplicationId is only for FIFO queues")


def _check_batch(entries: Sequence[Mapping[str, Any]]) -> None:
    if not entries:
        raise QueueError("EmptyBatchRequest", "the batch has no entry")
    if len(entries) > MAX_ENTRIES:
        raise QueueError("TooManyEntriesInBatchRequest", f"the batch has more than {MAX_ENTRIES} entries")
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise QueueError("BatchEntryIdsNotDistinct", "two entries have the same Id")


def _each(entries: Sequence[Mapping[str, Any]], act: Callable[[Mapping[str, Any]], Answer]) -> Answer:
    answer: dict[str, list[Answer]] = {"Successful": [], "Failed": []}
    for entry in entries:
        try:
            answer["Successful"].append({"Id": entry["Id"], **act(entry)})
        except QueueError as error:
            failed = {"Id": entry["Id"], "Code": error.code, "Message": str(error), "SenderFault": True}
            answer["Failed"].append(failed)
    return answer


def _received(message: StoredMessage) -> Answer:
    return {
        "MessageId": message.id,
        "ReceiptHandle": _handles(message)[-1],
        "Body": message.body,
        "MD5OfBody": _md5(message.body),
    }


def _handles(message: StoredMessage) -> list[str]:
    return [f"{message.id}/{count}" for count in range(1, message.received + 1)]


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
