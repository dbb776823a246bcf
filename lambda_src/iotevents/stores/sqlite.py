"""The store in an SQLite file: one writer, any number of readers."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from iotevents.deduplication import DEDUP_WINDOW_MS
from iotevents.engine.detector import Detector, DetectorId
from iotevents.errors import ConflictError, StoreError
from iotevents.messages import StoredMessage
from iotevents.named_tuples import make
from iotevents.stores import log_table
from iotevents.stores.cache import Cache
from iotevents.stores.dedup_index import DedupIndex
from iotevents.stores.file_lock import FileLock
from iotevents.stores.records import (
    Changes,
    Definition,
    DetectorChange,
    StoredAction,
    StoredDetector,
    StoredEntry,
)
from iotevents.stores.schema import MEMORY, open_file, reading
from iotevents.stores.sqlite_errors import store_errors
from iotevents.stores.store import Loaded
from iotevents.stores.write_buffer import MAX_UNFLUSHED, WriteBuffer

__all__ = [
    "MEMORY",
    "FileClock",
    "SqliteStore",
    "read_actions",
    "read_clock",
    "read_definitions",
    "read_detector",
    "read_detectors",
    "read_entries",
    "read_messages",
]

CACHED_DETECTORS = 50_000

_ADD_MOMENT = "INSERT INTO moment (time, seen) VALUES (?, ?)"
_LAST_TIME = "SELECT time FROM moment ORDER BY sequence DESC LIMIT 1"
# The oldest come first; two for each that is added, so that what is forgotten keeps up in small steps.
_SWEEP = """
DELETE FROM moment
WHERE sequence IN (SELECT sequence FROM moment ORDER BY sequence LIMIT 2) AND time <= ?"""
_NEWEST = "SELECT kind, name, max(version), body, loaded FROM definition GROUP BY kind, name"


class SqliteStore:
    """A store in a file, or in `:memory:`; what was committed survives power loss (WAL, synchronous=FULL).

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
        """Read what is kept in memory."""
        try:
            self._clock = _last_time(self._connection)
            self._recent = WriteBuffer(self._connection, unflushed_detectors)
            self._seen = DedupIndex()
            for time, seen in self._connection.execute("SELECT time, seen FROM moment ORDER BY sequence"):
                self._seen.add(seen.split(), time)
        except (sqlite3.Error, ValueError):
            self._connection.close()
            raise

    @property
    def clock(self) -> int:
        """The time of the last commit in epoch milliseconds, 0 before the first."""
        return self._clock

    def note_clock(self, *, message_time: bool) -> None:
        """Note whose time `clock` is, for those who read the file: that of messages, or of this machine."""
        with self._transaction() as connection:
            connection.execute("UPDATE clock SET message_time = ?", (message_time,))

    def load(self, detectors: Iterable[DetectorId], seen: Iterable[str], now: int) -> Loaded:
        """The detectors, absent ones too, and those of the keys that were seen in the window before `now`."""
        with store_errors(self.file):
            known = self._find(detectors)
        return Loaded(known, self._seen.since(seen, now - DEDUP_WINDOW_MS))

    def _find(self, detectors: Iterable[DetectorId]) -> dict[DetectorId, StoredDetector]:
        known, missing = self._cache.find(detectors)
        if missing:
            read = self._recent.read(self._connection, missing)
            self._cache.put(read)
            known |= read
        return known

    def commit(self, changes: Changes, now: int, window_end: int | None = None) -> None:
        """Keep the changes, all of them or none; durable when this returns.

        Keys may be forgotten that were seen before the window that ends at `window_end`, or at `now`.
        """
        horizon = (now if window_end is None else window_end) - DEDUP_WINDOW_MS
        changed = {
            found: make(StoredDetector, (stored.revision + 1, version, lives, detector))
            for found, stored, version, lives, detector in changes.detectors
        }
        with self._transaction() as connection:
            self._check(changes.detectors)
            written = bool(changed) and self._recent.write(connection, changed)
            log_table.add_entries(connection, changes.entries)
            log_table.add_actions(connection, changes.actions)
            connection.execute(_ADD_MOMENT, (now, "\n".join(changes.seen)))
            if self._seen.oldest <= horizon:
                connection.execute(_SWEEP, (horizon,))
        self._clock = now
        self._recent.keep(changed, written=written)
        self._cache.put(changed)
        self._seen.sweep(horizon)
        self._seen.add(changes.seen, now)

    def _check(self, changes: Sequence[DetectorChange]) -> None:
        """Raise ConflictError if a change is not based on what is there."""
        # What was loaded is mostly still in the cache, the very same.
        doubtful = [one for one in changes if self._cache.peek(one.found) is not one.stored]
        there = self._find([one.found for one in doubtful])
        if any(there[one.found].revision != one.stored.revision for one in doubtful):
            raise ConflictError("a detector was changed by somebody else in the meantime")

    def due(self, until: int, limit: int) -> list[DetectorId]:
        """Up to `limit` detectors with a timer that is due at or before a time, the earliest first."""
        with store_errors(self.file):
            return self._recent.due(self._connection, until, limit)

    def detectors(
        self, model: str, version: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Up to `limit` detectors of a model's version in the order of their keys, from behind a key on."""
        with store_errors(self.file):
            return self._recent.page(self._connection, model, version, state=state, after=after, limit=limit)

    def definitions(self) -> list[Definition]:
        """The newest version of each definition."""
        with store_errors(self.file):
            return [Definition(*row) for row in self._connection.execute(_NEWEST)]

    def define(self, definitions: Sequence[Definition]) -> None:
        """Keep new versions of definitions."""
        with self._transaction() as connection:
            connection.executemany("INSERT INTO definition VALUES (?, ?, ?, ?, ?)", definitions)

    def entries(self, after: int = 0) -> Iterator[StoredEntry]:
        """The accepted messages and operations with a higher sequence number than `after`, in order."""
        with store_errors(self.file):
            yield from log_table.entries(self._connection, after)

    @property
    def length(self) -> int:
        """How many entries the log has."""
        with store_errors(self.file):
            return log_table.length(self._connection)

    def messages(self, after: int = 0) -> Iterator[StoredMessage]:
        """The accepted messages with a higher sequence number than `after`, in order."""
        return log_table.messages(self.entries(after))

    def actions(self, after: int = 0) -> Iterator[StoredAction]:
        """The actions with a higher sequence number than `after`, in order."""
        with store_errors(self.file):
            yield from log_table.actions(self._connection, after)

    def undelivered(self, limit: int) -> list[StoredAction]:
        """Up to `limit` actions that were not delivered yet, the oldest first."""
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
        """Close the file and give it free."""
        with store_errors(self.file):
            self._connection.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.close()


def read_entries(file: str | Path, after: int = 0) -> Iterator[StoredEntry]:
    """The log of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    with reading(file) as connection:
        yield from log_table.entries(connection, after)


def read_messages(file: str | Path, after: int = 0) -> Iterator[StoredMessage]:
    """The messages of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    return log_table.messages(read_entries(file, after))


def read_actions(file: str | Path, after: int = 0) -> Iterator[StoredAction]:
    """The actions of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    with reading(file) as connection:
        yield from log_table.actions(connection, after)


def read_definitions(file: str | Path) -> list[Definition]:
    """The newest definitions of a data file, also while a server owns it. Raises StoreError."""
    with reading(file) as connection:
        return [Definition(*row) for row in connection.execute(_NEWEST)]


class FileClock(NamedTuple):
    """The time of a data file's last commit, epoch milliseconds, and whether messages tell it."""

    time: int
    message_time: bool


def read_clock(file: str | Path) -> FileClock:
    """The clock of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    with reading(file) as connection:
        (message_time,) = connection.execute("SELECT message_time FROM clock").fetchone()
        return FileClock(_last_time(connection), bool(message_time))


def _last_time(connection: sqlite3.Connection) -> int:
    (time,) = connection.execute(_LAST_TIME).fetchone() or (0,)
    return int(time)


def read_detector(file: str | Path, found: DetectorId) -> StoredDetector:
    """A detector of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    with reading(file) as connection:
        connection.execute("BEGIN")  # one view of both tables
        return WriteBuffer(connection).read(connection, [found])[found]


def read_detectors(file: str | Path, model: str, version: str, limit: int) -> list[Detector]:
    """The first detectors of a model's version, in the order of their keys, also while a server owns the
    file. Raises StoreError if it cannot be read.
    """
    with reading(file) as connection:
        connection.execute("BEGIN")  # one view of both tables
        recent = WriteBuffer(connection)
        return recent.page(connection, model, version, state=None, after=None, limit=limit)
