"""Reading a data file, also while a server owns it and on systems that can run none."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from iotevents.engine.detector import Detector, DetectorId
from iotevents.messages import AcceptedMessage
from iotevents.stores import log_table
from iotevents.stores.records import Definition, LogEntry, StoredAction, StoredDetector
from iotevents.stores.schema import reading
from iotevents.stores.write_buffer import WriteBuffer


def last_time(connection: sqlite3.Connection) -> int:
    """Return the time of the last commit in epoch milliseconds, 0 before the first."""
    query = "SELECT time FROM moment ORDER BY sequence DESC LIMIT 1"
    (time,) = connection.execute(query).fetchone() or (0,)
    return int(time)


def newest_definitions(connection: sqlite3.Connection) -> list[Definition]:
    """Return the newest version of each definition."""
    query = "SELECT kind, name, max(version), body, loaded FROM definition GROUP BY kind, name"
    return [Definition(*row) for row in connection.execute(query)]


def read_entries(file: str | Path, after: int = 0) -> Iterator[LogEntry]:
    """Yield the log of a data file. Raise StoreError if it cannot be read."""
    with reading(file) as connection:
        yield from log_table.entries(connection, after)


def read_messages(file: str | Path, after: int = 0) -> Iterator[AcceptedMessage]:
    """Yield the messages of a data file. Raise StoreError if it cannot be read."""
    return log_table.messages(read_entries(file, after))


def read_actions(file: str | Path, after: int = 0) -> Iterator[StoredAction]:
    """Yield the actions of a data file. Raise StoreError if it cannot be read."""
    with reading(file) as connection:
        yield from log_table.actions(connection, after)


def read_definitions(file: str | Path) -> list[Definition]:
    """Return the newest definitions of a data file. Raise StoreError if it cannot be read."""
    with reading(file) as connection:
        return newest_definitions(connection)


class FileClock(NamedTuple):
    """Time of a data file's last commit, epoch milliseconds; `message_time` if it is that of messages."""

    time: int
    message_time: bool


def read_clock(file: str | Path) -> FileClock:
    """Return the clock of a data file. Raise StoreError if it cannot be read."""
    with reading(file) as connection:
        (message_time,) = connection.execute("SELECT message_time FROM clock").fetchone()
        return FileClock(last_time(connection), bool(message_time))


def read_detector(file: str | Path, detector_id: DetectorId) -> StoredDetector:
    """Return a detector of a data file. Raise StoreError if it cannot be read."""
    with reading(file) as connection:
        connection.execute("BEGIN")  # one view of both tables
        return WriteBuffer(connection).read(connection, [detector_id])[detector_id]


def read_detectors(file: str | Path, model: str, version: str, limit: int) -> list[Detector]:
    """Return up to `limit` detectors of a model's version in the order of their keys.

    Raise StoreError if the file cannot be read.
    """
    with reading(file) as connection:
        connection.execute("BEGIN")  # one view of both tables
        buffer = WriteBuffer(connection)
        return buffer.page(connection, model, version, state=None, after=None, limit=limit)
