"""Detectors as rows of SQLite."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import inf
from operator import attrgetter
from sqlite3 import Connection
from typing import TypeAlias

import orjson

from iotevents.engine.detector import Detector, DetectorId, next_deadline
from iotevents.fast_json import compact
from iotevents.stores.records import ABSENT, StoredDetector

Row: TypeAlias = tuple[str, str, int, str, int, int | None, str | None, str | None]

_model = attrgetter("model")
_TOGETHER = 100
"""Detectors that one statement reads."""
_READ = "SELECT key, revision, model_version, lives, body FROM detector WHERE model = ? AND key IN ({})"
_WRITE = """
INSERT INTO detector (model, key, revision, model_version, lives, wake, state, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (model, key) DO UPDATE SET (revision, model_version, lives, wake, state, body) = (
    excluded.revision, excluded.model_version, excluded.lives, excluded.wake, excluded.state, excluded.body
)"""
_DUE = "SELECT wake, model, key FROM detector WHERE wake <= ? ORDER BY wake, model, key LIMIT ?"
_FIRST_WAKE = "SELECT min(wake) FROM detector WHERE wake IS NOT NULL"
_PAGE = """
SELECT key, body FROM detector
WHERE model = ? AND key {after} ? AND model_version = ? AND body IS NOT NULL AND (? IS NULL OR state = ?)
ORDER BY key LIMIT ?"""
_FIRST_PAGE, _NEXT_PAGE = _PAGE.format(after=">="), _PAGE.format(after=">")


def read(connection: Connection, found: Sequence[DetectorId]) -> dict[DetectorId, StoredDetector]:
    """The detectors, absent ones too."""
    result = dict.fromkeys(found, ABSENT)
    # Of one model at a time: of pairs of model and key SQLite would compare each with every row.
    for model, some in groupby(sorted(found, key=_model), _model):
        keys = [one.key or "" for one in some]
        for start in range(0, len(keys), _TOGETHER):
            result |= _read(connection, model, keys[start : start + _TOGETHER])
    return result


def _read(connection: Connection, model: str, keys: Sequence[str]) -> dict[DetectorId, StoredDetector]:
    rows = connection.execute(_READ.format(", ".join("?" * len(keys))), (model, *keys))
    return {
        DetectorId(model, key or None): StoredDetector(revision, version, lives, _decode(body))
        for key, revision, version, lives, body in rows
    }


def write(connection: Connection, detectors: Mapping[DetectorId, StoredDetector]) -> None:
    """Write the rows of detectors."""
    # In the order of the table: neighbours are on one page.
    rows = sorted((_row(found, stored) for found, stored in detectors.items()), key=lambda row: row[:2])
    connection.executemany(_WRITE, rows)


def first_wake(connection: Connection) -> float:
    """The earliest time at which a timer is due; infinite if there is none."""
    (first,) = connection.execute(_FIRST_WAKE).fetchone()
    return inf if first is None else float(first)


def due(connection: Connection, until: int, limit: int) -> list[tuple[int, DetectorId]]:
    """The detectors with a timer that is due at or before a time, and that time, the earliest first."""
    rows = connection.execute(_DUE, (until, limit))
    return [(wake, DetectorId(model, key or None)) for wake, model, key in rows]


def page(
    connection: Connection, model: str, version: str, state: str | None, after: str | None, limit: int
) -> Iterable[tuple[DetectorId, Detector]]:
    """Detectors of a model's version in the order of their keys, from behind a key on."""
    sql = _FIRST_PAGE if after is None else _NEXT_PAGE
    for key, body in connection.execute(sql, (model, after or "", version, state, state, limit)):
        yield DetectorId(model, key or None), Detector(*orjson.loads(body))


def _row(found: DetectorId, stored: StoredDetector) -> Row:
    revision, version, lives, detector = stored
    place = (found.model, found.key or "", revision, version, lives)
    if detector is None:
        return (*place, None, None, None)
    return (*place, next_deadline(detector), detector.state, compact(tuple(detector)))


def _decode(body: str | None) -> Detector | None:
    return None if body is None else Detector(*orjson.loads(body))
