"""What can be done with a rejected record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from forwarder.rejected_records.decoder import RejectedRecord


@dataclass(frozen=True, slots=True)
class QueuedRecord:
    """A rejected record that lies in the queue; `id` is that of its message there."""

    message_id: str
    record: RejectedRecord


class Destination(Protocol):
    """A way to move records on; whatever it cannot move has a reason, the others are where they should be."""

    fault: str
    """Why nothing more can be moved; empty as long as there is no such thing."""

    def check(self, queued: QueuedRecord) -> str:
        """Return why the record cannot be moved, as far as that is known without a call; empty if it can."""

    def move(self, records: Sequence[QueuedRecord]) -> Sequence[str]:
        """Move records that passed the check; return for each why that failed, empty if it did not."""
