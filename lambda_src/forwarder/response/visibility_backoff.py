"""Spreading the redeliveries of a standard queue: the more often a message came, the longer it stays away.

The delay is uniform between 0 and an exponentially growing bound (full jitter), at most 240 s: with the
function's own time a repetition then still lies within the target's duplicate window of five minutes.
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from forwarder.records import Record

BASE = 10
MOST = 240
"""Seconds: the bound after the k-th receive is min(MOST, BASE · 2^(k-1))."""
BATCH = 10
"""Entries of one ChangeMessageVisibilityBatch (Amazon SQS API reference)."""
_COUNT = re.compile("[0-9]{1,9}")


class VisibilityBackoff:
    """Delays the redelivery of returned messages; `client` is a boto3 SQS client of the queue's region."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def delay(self, records: Sequence[Record]) -> list[str]:
        """Delay at most ten messages of one queue; return the reasons of those that could not be delayed."""
        url = queue_url(self._client.meta.endpoint_url, records[0].arn)
        entries = [_entry(number, record) for number, record in enumerate(records)]
        try:
            answer = self._client.change_message_visibility_batch(QueueUrl=url, Entries=entries)
        except Exception as error:  # noqa: BLE001  odd answers make botocore raise all kinds of errors
            return [f"{type(error).__name__}: {error}"]
        return [f"{entry.get('Code')}: {entry.get('Message')}" for entry in answer.get("Failed", [])]


def queue_url(endpoint: str, arn: str) -> str:
    """Return the URL of a queue at an SQS endpoint."""
    return f"{endpoint.rstrip('/')}/{'/'.join(arn.split(':')[4:6])}"


def bound(receives: int) -> int:
    """Return the longest delay in seconds after `receives` receives."""
    return min(MOST, BASE << min(receives - 1, 10))


def _entry(number: int, record: Record) -> dict[str, Any]:
    delay = random.randint(0, bound(receive_count(record)))
    return {
        "Id": str(number),
        "ReceiptHandle": str(record.event.get("receiptHandle")),
        "VisibilityTimeout": delay,
    }


def receive_count(record: Record) -> int:
    """Return how often a message was received, this time included."""
    attributes = record.event.get("attributes")
    count = attributes.get("ApproximateReceiveCount") if isinstance(attributes, Mapping) else None
    return max(1, int(count)) if isinstance(count, str) and _COUNT.fullmatch(count) else 1
