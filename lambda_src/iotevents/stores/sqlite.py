"""The store in an SQLite file: one writer, any number of readers."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from iotevents.deduplication import DEDUP_WINDOW_MS
from iotevents.engine.detector import Detector, DetectorId
from iotevents.errors import ConflictError, StoreError
from iotevents.messages import AcceptedMessage
from iotevents.stores import log_table
from iotevents.stores.cache import Cache
from iotevents.stores.data_file import last_time, newest_definitions
from iotevents.stores.dedup_index import DedupIndex
from iotevents.stores.file_lock import FileLock
from iotevents.stores.records import (
    Changes,
    Definition,
    DetectorChange,
    LogEntry,
    StoredAction,
    StoredDetector,
)
from iotevents.stores.schema import MEMORY, open_file
from iotevents.stores.sqlite_errors import store_errors
from iotevents.stores.store import Loaded
from iotevents.stores.write_buffer import MAX_UNFLUSHED, WriteBuffer

__all__ = ["MEMORY", "SqliteStore"]

CACHED_DETECTORS = 50_000

_ADD_MOMENT = "INSERT INTO moment (time, seen) VALUES (?, ?)"
# The oldest come first; two for each that is added, so that what is forgotten keeps up in small steps.
_SWEEP = """
DELETE FROM moment
WHERE sequence IN (SELECT sequence FROM moment ORDER BY sequence LIMIT 2) AND time <= ?"""


class SqliteStore:
    """Store in a file, or in `:memory:`; what was committed survives power loss (WAL, synchronous=FULL).

    One process at a time owns a file, and one thread at a time uses the store. Raises StoreError if the file
    cannot be used: StoreBusyError if another server owns it, StoreCorruptError if it is not one of ours.
    """

    def __init__(
        self,
        file: str | Path,
        *,
        busy_timeout: float = 2.0,
        cached_detectors: int = CACHED_DETECTORS,
        unflushed_detectors: int = MAX_UNFLUSHED,
    ) -> None:
        self.file = str(file)
        self.commits = 0
        self._cache = Cache(cached_detectors)
        self._lock = None if self.file == MEMORY else FileLock(self.file)
        try:
            with store_errors(self.file):
                self._connection = open_file(self.file, busy_timeout)
                self._recall(unflushed_detectors)
        except StoreError:
            self._unlock()
            raise

    def _recall(self, unflushed_detectors: int) -> None:
        """Read the clock, the unflushed detectors and the deduplication keys, which are kept in memory."""
        try:
            self._clock = last_time(self._connection)
            self._buffer = WriteBuffer(self._connection, unflushed_detectors)
            self._seen = DedupIndex()
            for time, seen in self._connection.execute("SELECT time, seen FROM moment ORDER BY sequence"):
                self._seen.add(seen.split(), time)
        except (sqlite3.Error, ValueError):
            self._connection.close()
            raise

    @property
    def clock(self) -> int:
        """Time of the last commit in epoch milliseconds, 0 before the first."""
        return self._clock

    def note_clock(self, *, message_time: bool) -> None:
        """Note for readers of the file whether `clock` is the time of messages, or of this machine."""
        with self._transaction() as connection:
            connection.execute("UPDATE clock SET message_time = ?", (message_time,))

    def load(self, detectors: Iterable[DetectorId], seen: Iterable[str], now: int) -> Loaded:
        """Return the detectors, absent ones too, and the keys that were seen in the window before `now`."""
        with store_errors(self.file):
            known = self._find(detectors)
        return Loaded(known, self._seen.since(seen, now - DEDUP_WINDOW_MS))

    def _find(self, detectors: Iterable[DetectorId]) -> dict[DetectorId, StoredDetector]:
        hits, misses = self._cache.find(detectors)
        if misses:
            read = self._buffer.read(self._connection, misses)
            self._cache.put(read)
            hits |= read
        return hits

    def commit(self, changes: Changes, now: int, window_end: int | None = None) -> None:
        """Keep the changes, all of them or none; durable when this returns.

        Keys may be forgotten that were seen before the window that ends at `window_end` (default: `now`).
        """
        horizon = (now if window_end is None else window_end) - DEDUP_WINDOW_MS
        changed = {detector_id: after for detector_id, _, after in changes.detectors}
        with self._transaction() as connection:
            self._check(changes.detectors)
            flushed = bool(changed) and self._buffer.write(connection, changed)
            log_table.add_entries(connection, changes.accepted)
            log_table.add_actions(connection, changes.actions)
            connection.execute(_ADD_MOMENT, (now, "\n".join(changes.seen)))
            if self._seen.oldest <= horizon:
                connection.execute(_SWEEP, (horizon,))
        self._clock = now
        self._buffer.committed(changed, flushed=flushed)
        self._cache.put(changed)
        self._seen.sweep(horizon)
        self._seen.add(changes.seen, now)

    def _check(self, changes: Sequence[DetectorChange]) -> None:
        """Raise ConflictError if a change is not based on what is there."""
        # What was loaded is mostly still in the cache, the very same.
        doubtful = [change for change in changes if self._cache.peek(change.detector_id) is not change.before]
        there = self._find([change.detector_id for change in doubtful])
        if any(there[change.detector_id].revision != change.before.revision for change in doubtful):
            raise ConflictError("a detector was changed by somebody else in the meantime")

    def due(self, until: int, limit: int) -> list[DetectorId]:
        """Return up to `limit` detectors with a timer due at or before `until`, the earliest first."""
        with store_errors(self.file):
            return self._buffer.due(self._connection, until, limit)

    def detectors(
        self, model: str, version: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Return up to `limit` detectors of a model's version with keys above `after`, in their order."""
        with store_errors(self.file):
            return self._buffer.page(self._connection, model, version, state=state, after=after, limit=limit)

    def definitions(self) -> list[Definition]:
        """Return the newest version of each definition."""
        with store_errors(self.file):
            return newest_definitions(self._connection)

    def define(self, definitions: Sequence[Definition]) -> None:
        """Keep new versions of definitions."""
        with self._transaction() as connection:
            connection.executemany("INSERT INTO definition VALUES (?, ?, ?, ?, ?)", definitions)

    def entries(self, after: int = 0) -> Iterator[LogEntry]:
        """Yield the accepted messages and operations with sequence numbers above `after`, in order."""
        with store_errors(self.file):
            yield from log_table.entries(self._connection, after)

    @property
    def length(self) -> int:
        """Number of entries in the log."""
        with store_errors(self.file):
            return log_table.length(self._connection)

    def messages(self, after: int = 0) -> Iterator[AcceptedMessage]:
        """Yield the accepted messages with sequence numbers above `after`, in order."""
        return log_table.messages(self.entries(after))

    def actions(self, after: int = 0) -> Iterator[StoredAction]:
        """Yield the actions with sequence numbers above `after`, in order."""
        with store_errors(self.file):
            yield from log_table.actions(self._connection, after)

    def undelivered(self, limit: int) -> list[StoredAction]:
        """Return up to `limit` actions that were not delivered yet, the oldest first."""
        with store_errors(self.file):
            return log_table.undelivered(self._connection, limit)

    def delivered(self, actions: Sequence[StoredAction], now: int) -> None:
        """Note that actions were delivered at `now`."""
        with self._transaction() as connection:
            log_table.set_done(connection, actions, now)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with store_errors(self.file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                # Whatever went wrong; after some errors SQLite itself has already rolled back.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        self.commits += 1

    def close(self) -> None:
        """Close the file and release its lock."""
        with store_errors(self.file):
            self._connection.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.close()
