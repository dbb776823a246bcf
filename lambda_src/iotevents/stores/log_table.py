"""The log and the outbox as rows of SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import TypeAlias

import orjson

from iotevents.engine.detector import DetectorId
from iotevents.messages import AcceptedMessage, MessageKey
from iotevents.stores.json_rows import in_rows
from iotevents.stores.records import Accepted, AcceptedOperation, LogEntry, OutboxAction, StoredAction

_PAGE = 1000
_PAGE_OF_COMMITS = 50
_ADD_ENTRIES = """
INSERT INTO log (sequence, entries) SELECT coalesce(max(sequence), 0) + ?, ? FROM log"""
_LENGTH = "SELECT max(sequence) FROM log"
_ENTRIES = "SELECT sequence, entries FROM log WHERE sequence > ? ORDER BY sequence LIMIT ?"
# An action is known by its id: once it is kept, nothing repeats it.
_ADD_ACTION = """
INSERT OR IGNORE INTO action (id, time, model, key, type, event_name, parameters, payload, failure, done)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ACTIONS = """
SELECT sequence, id, time, model, key, type, event_name, parameters, payload, failure, done
FROM action WHERE sequence > ?{only} ORDER BY sequence LIMIT ?"""
_Row: TypeAlias = tuple[int, str | None, str | None, str, int | None, str | None]
"""Time, input, messageId, payload or request, timestamp, operation."""
_ALL_ACTIONS, _UNDELIVERED = _ACTIONS.format(only=""), _ACTIONS.format(only=" AND done IS NULL")


def add_entries(connection: Connection, accepted: Sequence[Accepted]) -> None:
    """Append entries to the log, together in one row: a row each would cost more than all the rest."""
    if accepted:
        connection.executemany(_ADD_ENTRIES, in_rows(list(map(_entry_row, accepted))))


def length(connection: Connection) -> int:
    """Return the number of entries in the log."""
    (count,) = connection.execute(_LENGTH).fetchone()
    return int(count or 0)


def entries(connection: Connection, after: int) -> Iterator[LogEntry]:
    """Yield the log page by page: no statement stays open in between, so the writer is never held up."""
    last = after
    while page := connection.execute(_ENTRIES, (last, _PAGE_OF_COMMITS)).fetchall():
        for last, text in page:
            rows = orjson.loads(text)
            for sequence, row in enumerate(rows, last - len(rows) + 1):
                if sequence > after:
                    yield LogEntry(sequence, _accepted(*row))


def messages(log: Iterable[LogEntry]) -> Iterator[AcceptedMessage]:
    """Yield the messages among entries of the log."""
    for entry in log:
        if isinstance(entry.accepted, AcceptedMessage):
            yield entry.accepted


def add_actions(connection: Connection, added: Sequence[OutboxAction]) -> None:
    """Add actions to the outbox; those that will never be delivered count as done."""
    if added:
        connection.executemany(_ADD_ACTION, map(_action_row, added))


def actions(connection: Connection, after: int) -> Iterator[StoredAction]:
    """Yield the outbox page by page."""
    while page := connection.execute(_ALL_ACTIONS, (after, _PAGE)).fetchall():
        yield from map(_action, page)
        after = page[-1][0]


def undelivered(connection: Connection, limit: int) -> list[StoredAction]:
    """Return the oldest actions that are to be delivered."""
    return list(map(_action, connection.execute(_UNDELIVERED, (0, limit))))


def set_done(connection: Connection, delivered: Sequence[StoredAction], now: int) -> None:
    """Note that actions were delivered."""
    connection.executemany(
        "UPDATE action SET done = ? WHERE sequence = ?", [(now, action.sequence) for action in delivered]
    )


def _entry_row(accepted: Accepted) -> _Row:
    if type(accepted) is AcceptedMessage:
        time, (input_name, message_id), payload, timestamp = accepted
        return time, input_name, message_id, payload, timestamp, None
    assert isinstance(accepted, AcceptedOperation)
    return accepted.time, None, None, accepted.request, None, accepted.operation


def _accepted(
    time: int, input_name: str, message_id: str, text: str, timestamp: int | None, operation: str | None
) -> Accepted:
    if operation is not None:
        return AcceptedOperation(time, operation, text)
    return AcceptedMessage(time, MessageKey(input_name, message_id), text, timestamp)


def _action_row(action: OutboxAction) -> tuple[object, ...]:
    done = action.time if action.internal or action.failure else None
    place = action.detector_id.model, action.detector_id.key or ""
    return (
        action.id,
        action.time,
        *place,
        action.type,
        action.event_name,
        action.parameters,
        action.payload,
        action.failure,
        done,
    )


def _action(
    row: tuple[int, str, int, str, str, str, str, str, str | None, str | None, int | None],
) -> StoredAction:
    sequence, id, time, model, key, type, event_name, parameters, payload, failure, done = row
    detector_id = DetectorId(model, key or None)
    return StoredAction(
        sequence, OutboxAction(id, time, detector_id, type, event_name, parameters, payload, failure), done
    )
