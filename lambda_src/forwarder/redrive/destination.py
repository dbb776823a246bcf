"""Destination of rejected records: the contract of `to_source` and `to_target`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from forwarder.rejected_records.decoder import RejectedRecord


@dataclass(frozen=True, slots=True)
class QueuedRecord:
    """Rejected record in the queue, with the id of its message there."""

    message_id: str
    record: RejectedRecord


class Destination(Protocol):
    """Place that records can be moved to; a record that cannot be moved gets a reason."""

    fault: str
    """Reason why no further record can be moved; empty if there is none."""

    def check(self, queued: QueuedRecord) -> str:
        """Return why the record cannot be moved, as far as that is known without a call; empty if it can."""

    def move(self, records: Sequence[QueuedRecord]) -> Sequence[str]:
        """Move records that passed the check; return for each why that failed, empty if it did not."""
