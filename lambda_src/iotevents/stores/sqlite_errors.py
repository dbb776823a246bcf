"""The table from SQLite's errors to those of a store."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from iotevents.errors import StoreBusyError, StoreCorruptError, StoreError, StoreFullError

# Source: https://www.sqlite.org/rescode.html; the low byte is the primary code.
_KINDS: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreBusyError, "is held by another process; end that one, or wait"),
    sqlite3.SQLITE_LOCKED: (StoreBusyError, "is held by another connection; end that one, or wait"),
    sqlite3.SQLITE_FULL: (StoreFullError, "has no space left; make room on its disk"),
    sqlite3.SQLITE_CORRUPT: (
        StoreCorruptError,
        "is damaged; restore it from a copy, or start with a new file",
    ),
    sqlite3.SQLITE_NOTADB: (StoreCorruptError, "is not a database; name another file"),
    sqlite3.SQLITE_READONLY: (StoreError, "cannot be written; check its permissions"),
    sqlite3.SQLITE_CANTOPEN: (
        StoreError,
        "cannot be opened; check that its folder exists and may be written",
    ),
    sqlite3.SQLITE_IOERR: (StoreError, "cannot be read or written; check its disk"),
}


@contextmanager
def store_errors(file: str) -> Iterator[None]:
    """Raise SQLite's errors as a StoreError that names this file, the cause and a remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        kind, text = _KINDS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, (StoreError, "failed"))
        raise kind(f"The data file {file} {text} ({error})") from error
    except orjson.JSONDecodeError as error:
        raise StoreCorruptError(
            f"The data file {file} is damaged; restore it from a copy, or start with a new file ({error})"
        ) from error
