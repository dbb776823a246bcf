"""The contract of every store: a few verbs.

It fits a database that reads and writes in batches (DynamoDB's BatchGetItem, conditional writes, and a sparse
index on the time at which a detector has to be looked at): nothing here needs a scan or a lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from iotevents.engine.detector import Detector, DetectorId
from iotevents.stores.records import Changes, Definition, StoredAction, StoredDetector, StoredEntry


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a store knows: of each detector that was asked for, and which of the keys were seen."""

    detectors: Mapping[DetectorId, StoredDetector]
    seen: frozenset[str] = frozenset()


class Store(Protocol):
    """Keeps everything durably. A verb that cannot be done raises StoreError and has changed nothing."""

    @property
    def clock(self) -> int:
        """The time of the last commit in epoch milliseconds, 0 before the first."""

    def load(self, detectors: Iterable[DetectorId], seen: Iterable[str], now: int) -> Loaded:
        """The detectors, absent ones too, and those of the keys that were seen in the window before `now`."""

    def commit(self, changes: Changes, now: int, window_end: int | None = None) -> None:
        """Keep the changes, all of them or none; durable when this returns.

        `now` is epoch milliseconds and never below `clock`. Keys may be forgotten that were seen before the
        window that ends at `window_end`, or at `now` if that is not given. Raises ConflictError if a
        detector is not any more what a change is based on.
        """

    def due(self, until: int, limit: int) -> list[DetectorId]:
        """Up to `limit` detectors with a timer that is due at or before a time, the earliest first."""

    def detectors(
        self, model: str, version: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Up to `limit` detectors of a model's version in the order of their keys, from behind a key on."""

    def definitions(self) -> list[Definition]:
        """The newest version of each definition."""

    def define(self, definitions: Sequence[Definition]) -> None:
        """Keep new versions of definitions."""

    @property
    def length(self) -> int:
        """How many messages and operations were accepted."""

    def entries(self, after: int = 0) -> Iterator[StoredEntry]:
        """The accepted messages and operations with a higher sequence number than `after`, in order."""

    def actions(self, after: int = 0) -> Iterator[StoredAction]:
        """The actions with a higher sequence number than `after`, in order."""

    def undelivered(self, limit: int) -> list[StoredAction]:
        """Up to `limit` actions that were not delivered yet, the oldest first."""

    def delivered(self, actions: Sequence[StoredAction], now: int) -> None:
        """Note that actions were delivered at `now`."""

    def close(self) -> None:
        """Give the store free."""
