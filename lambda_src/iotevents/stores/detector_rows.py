"""Detectors as rows of SQLite."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import TypeAlias

import orjson

from iotevents.changes import ABSENT, DetectorChange, StoredDetector
from iotevents.detector import Detector, DetectorId, wake_of
from iotevents.plain_json import compact

Row: TypeAlias = tuple[int | None, str | None, str | None, str, int, int, str, str]

_TOGETHER = 100
"""Detectors that one statement reads."""
_COLUMNS = "model, key, revision, model_version, lives, body"
_INSERT = """
INSERT INTO detector (wake, state, body, model_version, lives, revision, model, key)
VALUES (?, ?, ?, ?, ?, ? + 1, ?, ?) ON CONFLICT (model, key) DO NOTHING"""
_UPDATE = """
UPDATE detector SET wake = ?, state = ?, body = ?, model_version = ?, lives = ?, revision = revision + 1
WHERE revision = ? AND model = ? AND key = ?"""
_DUE = "SELECT model, key FROM detector WHERE wake <= ? ORDER BY wake, model, key LIMIT ?"
_LIST = """
SELECT body FROM detector
WHERE model = ? AND key {after} ? AND model_version = ? AND body IS NOT NULL AND (? IS NULL OR state = ?)
ORDER BY key LIMIT ?"""
_FIRST_PAGE, _NEXT_PAGE = _LIST.format(after=">="), _LIST.format(after=">")


def read(connection: Connection, found: Sequence[DetectorId]) -> dict[DetectorId, StoredDetector]:
    """The detectors, absent ones too."""
    result = dict.fromkeys(found, ABSENT)
    for start in range(0, len(found), _TOGETHER):
        some = found[start : start + _TOGETHER]
        places = ", ".join(["(?, ?)"] * len(some))
        arguments = [text for one in some for text in (one.model, one.key or "")]
        sql = f"SELECT {_COLUMNS} FROM detector WHERE (model, key) IN (VALUES {places})"
        for model, key, revision, version, lives, body in connection.execute(sql, arguments):
            stored = StoredDetector(revision, version, lives, _decode(body))
            result[DetectorId(model, key or None)] = stored
    return result


def write(connection: Connection, changes: Sequence[DetectorChange]) -> bool:
    """Write the changes; False if one is not based on what is there."""
    new = [_row(one) for one in changes if one.stored.revision == 0]
    old = [_row(one) for one in changes if one.stored.revision != 0]
    done = connection.executemany(_INSERT, new).rowcount if new else 0
    done += connection.executemany(_UPDATE, old).rowcount if old else 0
    return done == len(changes)


def due(connection: Connection, until: int, limit: int) -> list[DetectorId]:
    """The detectors with a timer that is due at or before a time, the earliest first."""
    return [DetectorId(model, key or None) for model, key in connection.execute(_DUE, (until, limit))]


def page(
    connection: Connection, model: str, version: str, state: str | None, after: str | None, limit: int
) -> list[Detector]:
    """Detectors of a model's version in the order of their keys, from behind a key on."""
    sql = _FIRST_PAGE if after is None else _NEXT_PAGE
    rows = connection.execute(sql, (model, after or "", version, state, state, limit))
    return [one for (body,) in rows if (one := _decode(body))]


def after_write(change: DetectorChange) -> StoredDetector:
    """What a store has once a change is written."""
    return StoredDetector(change.stored.revision + 1, change.model_version, change.lives, change.detector)


def _row(change: DetectorChange) -> Row:
    found, stored, version, lives, detector = change
    place = (version, lives, stored.revision, found.model, found.key or "")
    if detector is None:
        return (None, None, None, *place)
    return (wake_of(detector), detector.state, compact(tuple(detector)), *place)


def _decode(body: str | None) -> Detector | None:
    return None if body is None else Detector(*orjson.loads(body))
