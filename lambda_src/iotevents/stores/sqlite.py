"""The store in an SQLite file: one writer, any number of readers."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from iotevents.errors import StoreCorruptError, StoreError
from iotevents.messages import Accepted, MessageKey, StoredMessage
from iotevents.stores.file_lock import FileLock
from iotevents.stores.seen_keys import SeenKeys
from iotevents.stores.sqlite_errors import store_errors
from iotevents.stores.store import DUPLICATE_WINDOW

MEMORY = ":memory:"

VERSION = 1
"""Of the tables below, kept in the file's user_version."""

_APPLICATION = 0x494F5445
"""Marks our files (application_id), so that no other program's database is taken for one: "IOTE"."""

_TABLES = """
CREATE TABLE message (
    sequence INTEGER PRIMARY KEY,
    input_name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    timestamp INTEGER,
    received INTEGER NOT NULL
);
CREATE TABLE seen (
    sequence INTEGER PRIMARY KEY,
    input_name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    accepted INTEGER NOT NULL
);
CREATE TABLE clock (time INTEGER NOT NULL);
INSERT INTO clock VALUES (0);
"""

_INSERT_MESSAGE = (
    "INSERT INTO message (input_name, message_id, payload, timestamp, received) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_SEEN = "INSERT INTO seen (input_name, message_id, accepted) VALUES (?, ?, ?)"
# Both tables grow at one end in the order of time, so the old rows are the first ones.
_SWEEP = """
DELETE FROM seen WHERE sequence <= (
    SELECT max(sequence)
    FROM (SELECT sequence, accepted FROM seen ORDER BY sequence LIMIT ?)
    WHERE accepted <= ?
)"""
_SWEEP_LEAST = 100
"""A commit forgets up to so many old keys, and two for each that it adds: commits and log stay short."""

_SELECT_MESSAGES = """
SELECT sequence, input_name, message_id, payload, timestamp, received
FROM message WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_PAGE = 1000


class SqliteStore:
    """A store in a file, or in `:memory:`; what was committed survives power loss (WAL, synchronous=FULL).

    One process at a time owns a file, and one thread at a time uses the store. Raises StoreError if the file
    cannot be used: StoreBusyError if another server owns it, StoreCorruptError if it is not one of ours.
    """

    def __init__(self, file: str | Path, *, busy_timeout: float = 2.0) -> None:
        self.file = str(file)
        self.commits = 0
        self._lock = None if self.file == MEMORY else FileLock(self.file)
        try:
            with store_errors(self.file):
                self._connection = _connect(self.file, busy_timeout)
                self._open()
        except StoreError:
            self._unlock()
            raise

    def _open(self) -> None:
        try:
            _prepare(self._connection, self.file)
            self._clock: int = self._connection.execute("SELECT time FROM clock").fetchone()[0]
            self._seen = self._recall()
        except (sqlite3.Error, StoreError):
            self._connection.close()
            raise

    def _recall(self) -> SeenKeys:
        seen = SeenKeys()
        rows = self._connection.execute("SELECT accepted, input_name, message_id FROM seen ORDER BY sequence")
        for accepted, group in groupby(rows, itemgetter(0)):
            seen.add((MessageKey(input_name, message_id) for _, input_name, message_id in group), accepted)
        return seen

    @property
    def clock(self) -> int:
        """The time of the last commit in epoch milliseconds, 0 before the first."""
        return self._clock

    def known(self, keys: Iterable[MessageKey], now: int) -> set[MessageKey]:
        """Those of the keys that were accepted less than DUPLICATE_WINDOW before `now`."""
        return self._seen.since(keys, now - DUPLICATE_WINDOW)

    def commit(self, accepted: Sequence[Accepted], now: int) -> None:
        """Keep the messages and their keys, in this order and one transaction; durable when this returns."""
        keys = [one.key for one in accepted]
        horizon = now - DUPLICATE_WINDOW
        with self._transaction() as connection:
            connection.executemany(
                _INSERT_MESSAGE, [(*one.key, one.text, one.timestamp, now) for one in accepted]
            )
            connection.executemany(_INSERT_SEEN, [(*key, now) for key in keys])
            connection.execute(_SWEEP, (2 * len(keys) + _SWEEP_LEAST, horizon))
            connection.execute("UPDATE clock SET time = ?", (now,))
        self._clock = now
        self._seen.sweep(horizon)
        self._seen.add(keys, now)

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

    def messages(self, after: int = 0) -> Iterator[StoredMessage]:
        """The messages with a higher sequence number than `after`, in order."""
        yield from _messages(self._connection, self.file, after)

    def close(self) -> None:
        """Close the file and give it free."""
        with store_errors(self.file):
            self._connection.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock:
            self._lock.close()


def read_messages(file: str | Path, after: int = 0) -> Iterator[StoredMessage]:
    """The messages of a data file, also while a server owns it. Raises StoreError if it cannot be read."""
    if not Path(file).is_file():
        raise StoreError(f"There is no data file {file}")
    with (
        store_errors(str(file)),
        closing(_connect(f"{Path(file).absolute().as_uri()}?mode=ro", 2.0)) as connection,
    ):
        _check_ours(connection, str(file))
        yield from _messages(connection, str(file), after)


def _connect(file: str, busy_timeout: float) -> sqlite3.Connection:
    # Whoever holds the store uses it from one thread at a time, not always the same one.
    return sqlite3.connect(
        file,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
        uri=file.startswith("file:"),
    )


def _prepare(connection: sqlite3.Connection, file: str) -> None:
    # Looked at first: another program's database stays as it is.
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if not empty:
        _check_ours(connection, file)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if empty:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_TABLES}"
            f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )


def _check_ours(connection: sqlite3.Connection, file: str) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
        raise StoreCorruptError(f"The data file {file} is a database of another program; name another file")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise StoreError(
            f"The data file {file} has version {version} of the tables; this program knows {VERSION}"
        )


def _messages(connection: sqlite3.Connection, file: str, after: int) -> Iterator[StoredMessage]:
    """Read page by page: no statement stays open between two messages, so the writer is never held up."""
    while page := _page(connection, file, after):
        yield from page
        after = page[-1].sequence


def _page(connection: sqlite3.Connection, file: str, after: int) -> list[StoredMessage]:
    with store_errors(file):
        rows = connection.execute(_SELECT_MESSAGES, (after, _PAGE)).fetchall()
    return [
        StoredMessage(sequence, MessageKey(input_name, message_id), payload, timestamp, received)
        for sequence, input_name, message_id, payload, timestamp, received in rows
    ]
