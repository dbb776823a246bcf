"""Reading the rejected-records queue: receive, delete, make visible again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from forwarder.batches import in_batches
from forwarder.errors import RedriveError

MAX_MESSAGES = 10
"""Messages of a call at most (Amazon SQS API reference)."""
WAIT = 5
"""Seconds of long polling: an empty answer then means that the queue is empty."""
VISIBILITY_TIMEOUT = 900
"""Seconds for which no other consumer receives a message that was received here."""


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """Message of the queue; `receipt` is the handle for deleting it."""

    id: str
    receipt: str
    body: str


class QueueReader:
    """Consumer of the queue at a URL, called by a boto3 client of SQS."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self, limit: int) -> list[QueueMessage]:
        """Return the next messages, at most `limit` and 10; none if the queue is empty.

        Raises RedriveError.
        """
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(limit, MAX_MESSAGES),
                WaitTimeSeconds=WAIT,
                VisibilityTimeout=VISIBILITY_TIMEOUT,
            )
        except (BotoCoreError, ClientError) as error:
            raise RedriveError(f"the rejected-records queue cannot be read: {error}") from error
        return [
            QueueMessage(message["MessageId"], message["ReceiptHandle"], message["Body"])
            for message in answer.get("Messages", [])
        ]

    def delete(self, messages: Sequence[QueueMessage]) -> list[str]:
        """Delete at most 10 messages; return the ids of those whose deletion is confirmed."""
        try:
            answer = self._client.delete_message_batch(QueueUrl=self._url, Entries=_entries(messages))
        except (BotoCoreError, ClientError):
            return []
        confirmed = {entry["Id"] for entry in answer.get("Successful", [])}
        return [message.id for number, message in enumerate(messages) if str(number) in confirmed]

    def release(self, messages: Sequence[QueueMessage]) -> bool:
        """Make messages visible again; return whether that is confirmed for all."""
        released = [self._release(batch) for batch in in_batches(messages, MAX_MESSAGES)]
        return all(released)

    def _release(self, messages: Sequence[QueueMessage]) -> bool:
        entries = [{**entry, "VisibilityTimeout": 0} for entry in _entries(messages)]
        try:
            answer = self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
        except (BotoCoreError, ClientError):
            return False
        return len(answer.get("Successful", [])) == len(messages)


def _entries(messages: Sequence[QueueMessage]) -> list[dict[str, Any]]:
    return [{"Id": str(number), "ReceiptHandle": message.receipt} for number, message in enumerate(messages)]
