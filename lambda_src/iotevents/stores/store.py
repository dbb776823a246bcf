"""The contract of every store.

It fits a database that reads and writes in batches (DynamoDB's BatchGetItem, conditional writes, and a sparse
index on the next deadline of a detector): nothing here needs a scan or a lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from iotevents.engine.detector import Detector, DetectorId
from iotevents.stores.records import Changes, Definition, LogEntry, StoredAction, StoredDetector


@dataclass(frozen=True, slots=True)
class Loaded:
    """Result of a read: each detector that was asked for, and those of the keys that were seen."""

    detectors: Mapping[DetectorId, StoredDetector]
    seen: frozenset[str] = frozenset()


class Store(Protocol):
    """Durable storage. A method that fails raises StoreError and has changed nothing."""

    @property
    def clock(self) -> int:
        """Time of the last commit in epoch milliseconds, 0 before the first."""

    def load(self, detectors: Iterable[DetectorId], seen: Iterable[str], now: int) -> Loaded:
        """Return the detectors, absent ones too, and the keys that were seen in the window before `now`."""

    def commit(self, changes: Changes, now: int, window_end: int | None = None) -> None:
        """Keep the changes, all of them or none; durable when this returns.

        `now` is epoch milliseconds and never below `clock`. Keys may be forgotten that were seen before the
        window that ends at `window_end` (default: `now`). Raise ConflictError if a detector is not any more
        what a change is based on.
        """

    def due(self, until: int, limit: int) -> list[DetectorId]:
        """Return up to `limit` detectors with a timer due at or before `until`, the earliest first."""

    def detectors(
        self, model: str, version: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Return up to `limit` detectors of a model's version with keys above `after`, in their order."""

    def definitions(self) -> list[Definition]:
        """Return the newest version of each definition."""

    def define(self, definitions: Sequence[Definition]) -> None:
        """Keep new versions of definitions."""

    @property
    def length(self) -> int:
        """Number of accepted messages and operations."""

    def entries(self, after: int = 0) -> Iterator[LogEntry]:
        """Yield the accepted messages and operations with sequence numbers above `after`, in order."""

    def actions(self, after: int = 0) -> Iterator[StoredAction]:
        """Yield the actions with sequence numbers above `after`, in order."""

    def undelivered(self, limit: int) -> list[StoredAction]:
        """Return up to `limit` actions that were not delivered yet, the oldest first."""

    def delivered(self, actions: Sequence[StoredAction], now: int) -> None:
        """Note that actions were delivered at `now`."""

    def close(self) -> None:
        """Release the store."""
