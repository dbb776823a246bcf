"""The rejected-records queue, seen by the one who empties it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from forwarder.batches import in_batches
from forwarder.errors import RedriveError

MOST = 10
"""Messages of one call (Amazon SQS API reference)."""
WAIT = 5
"""Seconds of long polling: an empty answer then means that the queue is empty."""
HIDDEN = 900
"""Seconds for which nobody else receives what was received here."""


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message of the queue: its id there, the handle of its receipt, its body."""

    id: str
    receipt: str
    body: str


class QueueReader:
    """A queue by its boto3 client and URL."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self, most: int) -> list[QueueMessage]:
        """Return the next messages, at most `most` and 10; none if the queue is empty.

        Raises RedriveError.
        """
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(most, MOST),
                WaitTimeSeconds=WAIT,
                VisibilityTimeout=HIDDEN,
            )
        except (BotoCoreError, ClientError) as error:
            raise RedriveError(f"the rejected-records queue cannot be read: {error}") from error
        return [
            QueueMessage(one["MessageId"], one["ReceiptHandle"], one["Body"])
            for one in answer.get("Messages", [])
        ]

    def delete(self, messages: Sequence[QueueMessage]) -> list[str]:
        """Delete at most 10 messages; return the ids of those that are gone for certain."""
        try:
            answer = self._client.delete_message_batch(QueueUrl=self._url, Entries=_entries(messages))
        except (BotoCoreError, ClientError):
            return []
        named = {one["Id"] for one in answer.get("Successful", [])}
        return [message.id for number, message in enumerate(messages) if str(number) in named]

    def release(self, messages: Sequence[QueueMessage]) -> bool:
        """Let others receive messages at once; whether that was confirmed for all (else it takes HIDDEN)."""
        released = [self._release(batch) for batch in in_batches(messages, MOST)]
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
