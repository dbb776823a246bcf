"""The detectors as rows of SQLite; the columns `wake` and `lives` hold deadlines and incarnations."""

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
_MAX_KEYS = 100
"""Keys in one statement."""
_READ = "SELECT key, revision, model_version, lives, body FROM detector WHERE model = ? AND key IN ({})"
_WRITE = """
INSERT INTO detector (model, key, revision, model_version, lives, wake, state, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (model, key) DO UPDATE SET (revision, model_version, lives, wake, state, body) = (
    excluded.revision, excluded.model_version, excluded.lives, excluded.wake, excluded.state, excluded.body
)"""
_DUE = "SELECT wake, model, key FROM detector WHERE wake <= ? ORDER BY wake, model, key LIMIT ?"
_FIRST_DEADLINE = "SELECT min(wake) FROM detector WHERE wake IS NOT NULL"
_PAGE = """
SELECT key, body FROM detector
WHERE model = ? AND key {after} ? AND model_version = ? AND body IS NOT NULL AND (? IS NULL OR state = ?)
ORDER BY key LIMIT ?"""
_FIRST_PAGE, _NEXT_PAGE = _PAGE.format(after=">="), _PAGE.format(after=">")


def read(connection: Connection, detector_ids: Sequence[DetectorId]) -> dict[DetectorId, StoredDetector]:
    """Return the detectors, absent ones too."""
    result = dict.fromkeys(detector_ids, ABSENT)
    # Of one model at a time: of pairs of model and key SQLite would compare each with every row.
    for model, of_model in groupby(sorted(detector_ids, key=_model), _model):
        keys = [detector_id.key or "" for detector_id in of_model]
        for start in range(0, len(keys), _MAX_KEYS):
            result |= _read(connection, model, keys[start : start + _MAX_KEYS])
    return result


def _read(connection: Connection, model: str, keys: Sequence[str]) -> dict[DetectorId, StoredDetector]:
    rows = connection.execute(_READ.format(", ".join("?" * len(keys))), (model, *keys))
    return {
        DetectorId(model, key or None): StoredDetector(revision, version, incarnation, _decode(body))
        for key, revision, version, incarnation, body in rows
    }


def write(connection: Connection, detectors: Mapping[DetectorId, StoredDetector]) -> None:
    """Write the rows of detectors."""
    # In the order of the table: neighbours are on one page.
    rows = sorted(
        (_row(detector_id, stored) for detector_id, stored in detectors.items()), key=lambda row: row[:2]
    )
    connection.executemany(_WRITE, rows)


def first_deadline(connection: Connection) -> float:
    """Return the earliest time at which a timer is due; infinite if there is none."""
    (first,) = connection.execute(_FIRST_DEADLINE).fetchone()
    return inf if first is None else float(first)


def due(connection: Connection, until: int, limit: int) -> list[tuple[int, DetectorId]]:
    """Return the first deadlines at or before `until` with their detectors, the earliest first."""
    rows = connection.execute(_DUE, (until, limit))
    return [(deadline, DetectorId(model, key or None)) for deadline, model, key in rows]


def page(
    connection: Connection, model: str, version: str, state: str | None, after: str | None, limit: int
) -> Iterable[tuple[DetectorId, Detector]]:
    """Yield up to `limit` detectors of a model's version with keys above `after`, in their order."""
    sql = _FIRST_PAGE if after is None else _NEXT_PAGE
    for key, body in connection.execute(sql, (model, after or "", version, state, state, limit)):
        yield DetectorId(model, key or None), Detector(*orjson.loads(body))


def _row(detector_id: DetectorId, stored: StoredDetector) -> Row:
    revision, version, incarnation, detector = stored
    place = (detector_id.model, detector_id.key or "", revision, version, incarnation)
    if detector is None:
        return (*place, None, None, None)
    return (*place, next_deadline(detector), detector.state, compact(tuple(detector)))


def _decode(body: str | None) -> Detector | None:
    return None if body is None else Detector(*orjson.loads(body))
