"""The log of what was accepted, and the outbox of actions, as rows of SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection

from iotevents.changes import (
    AcceptedMessage,
    AcceptedOperation,
    Action,
    Entry,
    StoredAction,
    StoredEntry,
)
from iotevents.detector import DetectorId
from iotevents.messages import MessageKey, StoredMessage

_PAGE = 1000
_ADD_ENTRY = """
INSERT INTO entry (time, input_name, message_id, text, timestamp, operation) VALUES (?, ?, ?, ?, ?, ?)"""
_ENTRIES = """
SELECT sequence, time, input_name, message_id, text, timestamp, operation
FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?"""
# An action is known by its id: once it is kept, nothing repeats it.
_ADD_ACTION = """
INSERT OR IGNORE INTO action (id, time, model, key, type, event_name, parameters, payload, failure, done)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ACTIONS = """
SELECT sequence, id, time, model, key, type, event_name, parameters, payload, failure, done
FROM action WHERE sequence > ?{only} ORDER BY sequence LIMIT ?"""
_ALL_ACTIONS, _WAITING_ACTIONS = _ACTIONS.format(only=""), _ACTIONS.format(only=" AND done IS NULL")


def add_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Add to the log."""
    connection.executemany(_ADD_ENTRY, map(_entry_row, entries))


def entries(connection: Connection, after: int) -> Iterator[StoredEntry]:
    """Read the log page by page: no statement stays open in between, so the writer is never held up."""
    while page := connection.execute(_ENTRIES, (after, _PAGE)).fetchall():
        yield from map(_entry, page)
        after = page[-1][0]


def messages(stored: Iterable[StoredEntry]) -> Iterator[StoredMessage]:
    """The messages among entries of the log."""
    for sequence, entry in stored:
        if isinstance(entry, AcceptedMessage):
            yield StoredMessage(sequence, entry.key, entry.text, entry.timestamp, entry.time)


def add_actions(connection: Connection, added: Sequence[Action]) -> None:
    """Add to the outbox; what nobody will deliver counts as done."""
    if added:
        connection.executemany(_ADD_ACTION, map(_action_row, added))


def actions(connection: Connection, after: int) -> Iterator[StoredAction]:
    """Read the outbox page by page."""
    while page := connection.execute(_ALL_ACTIONS, (after, _PAGE)).fetchall():
        yield from map(_action, page)
        after = page[-1][0]


def undelivered(connection: Connection, limit: int) -> list[StoredAction]:
    """The oldest actions that are to be delivered."""
    return list(map(_action, connection.execute(_WAITING_ACTIONS, (0, limit))))


def set_done(connection: Connection, delivered: Sequence[StoredAction], now: int) -> None:
    """Note that actions were delivered."""
    connection.executemany(
        "UPDATE action SET done = ? WHERE sequence = ?", [(now, one.sequence) for one in delivered]
    )


def _entry_row(entry: Entry) -> tuple[object, ...]:
    if type(entry) is AcceptedMessage:
        time, (input_name, message_id), text, timestamp = entry
        return time, input_name, message_id, text, timestamp, None
    assert isinstance(entry, AcceptedOperation)
    return entry.time, None, None, entry.request, None, entry.operation


def _entry(row: tuple[int, int, str, str, str, int | None, str | None]) -> StoredEntry:
    sequence, time, input_name, message_id, text, timestamp, operation = row
    if operation is not None:
        return StoredEntry(sequence, AcceptedOperation(time, operation, text))
    return StoredEntry(sequence, AcceptedMessage(time, MessageKey(input_name, message_id), text, timestamp))


def _action_row(one: Action) -> tuple[object, ...]:
    done = one.time if one.internal or one.failure else None
    place = one.found.model, one.found.key or ""
    return (
        one.id,
        one.time,
        *place,
        one.type,
        one.event_name,
        one.parameters,
        one.payload,
        one.failure,
        done,
    )


def _action(
    row: tuple[int, str, int, str, str, str, str, str, str | None, str | None, int | None],
) -> StoredAction:
    sequence, id, time, model, key, type, event_name, parameters, payload, failure, done = row
    found = DetectorId(model, key or None)
    return StoredAction(
        sequence, Action(id, time, found, type, event_name, parameters, payload, failure), done
    )
