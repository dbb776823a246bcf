"""The SQLite file: its tables, and how it is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from iotevents.errors import StoreCorruptError, StoreError
from iotevents.stores.sqlite_errors import store_errors

MEMORY = ":memory:"

PAGE_CACHE = 64 * 2**20
"""Bytes of pages that SQLite keeps in memory at most: the rows of a hundred thousand detectors."""

VERSION = 4
"""Of the tables below, kept in the file's user_version."""

_APPLICATION = 0x494F5445
"""Marks our files (application_id), so that no other program's database is taken for one: "IOTE"."""

# A key of '' stands for the detector of a model without a key: real keys have at least one character.
# A row of the log holds all entries of a commit; `sequence` is that of the last one.
# There is a moment for each commit of the window of duplicates, and the last one in any case: its time, and
# the keys that were seen in it, one a line.
_TABLES = """
CREATE TABLE log (
    sequence INTEGER PRIMARY KEY,
    entries TEXT NOT NULL
);
CREATE TABLE moment (
    sequence INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    seen TEXT NOT NULL
);
CREATE TABLE detector (
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    model_version TEXT NOT NULL,
    lives INTEGER NOT NULL,
    wake INTEGER,
    state TEXT,
    body TEXT,
    PRIMARY KEY (model, key)
) WITHOUT ROWID;
CREATE INDEX detector_wake ON detector (wake, model, key) WHERE wake IS NOT NULL;
CREATE TABLE recent (
    sequence INTEGER PRIMARY KEY,
    detectors TEXT NOT NULL
);
CREATE TABLE action (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    event_name TEXT NOT NULL,
    parameters TEXT NOT NULL,
    payload TEXT,
    failure TEXT,
    done INTEGER
);
CREATE INDEX action_waiting ON action (sequence) WHERE done IS NULL;
CREATE TABLE definition (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    loaded TEXT NOT NULL,
    PRIMARY KEY (kind, name, version)
) WITHOUT ROWID;
CREATE TABLE clock (message_time INTEGER NOT NULL);
INSERT INTO clock VALUES (0);
"""


def open_file(file: str, busy_timeout: float) -> sqlite3.Connection:
    """Return a connection that writes; make the tables of a new file. Raise StoreError, sqlite3.Error."""
    connection = _connect(file, busy_timeout)
    try:
        _prepare(connection, file)
    except (sqlite3.Error, StoreError):
        connection.close()
        raise
    return connection


@contextmanager
def reading(file: str | Path) -> Iterator[sqlite3.Connection]:
    """Open a connection that reads a data file, also while a server owns it. Raise StoreError."""
    if not Path(file).is_file():
        raise StoreError(f"There is no data file {file}")
    with (
        store_errors(str(file)),
        closing(_connect(f"{Path(file).absolute().as_uri()}?mode=ro", 2.0)) as connection,
    ):
        _check_ours(connection, str(file))
        yield connection


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
    connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE // 1024}")
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
