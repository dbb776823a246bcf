"""The newest states of detectors: one row for all that a commit changes, before each gets its own row.

Detectors have their rows on pages of their own, and SQLite writes whole pages: a commit of 100 messages would
write a hundred of them. Appended to each other the same changes fill ten. Once there are many, most detectors
among them more than once, they are flushed: each is written to its row a single time.
"""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any, Final

import orjson

from iotevents.engine.detector import Detector, DetectorId, next_deadline
from iotevents.stores import detector_table
from iotevents.stores.json_rows import in_rows
from iotevents.stores.records import StoredDetector

MAX_UNFLUSHED: Final = 2_000
"""Detectors whose rows are not up to date, at most; more would make the commit that flushes a long one."""
CHANGES_PER_DETECTOR: Final = 5
"""Buffered changes per detector, at most: a start, and whoever reads the file, has to read all of them."""


class WriteBuffer:
    """Memtable in front of the detector table: `unflushed` has the states that are not in their rows yet."""

    def __init__(self, connection: Connection, max_unflushed: int = MAX_UNFLUSHED) -> None:
        """Read the unflushed changes of a file."""
        self._max_unflushed, self._max_changes = max_unflushed, CHANGES_PER_DETECTOR * max_unflushed
        self.unflushed: dict[DetectorId, StoredDetector] = {}
        self._changes = 0
        self._unflushed_deadline: int | None = None
        """No timer of the unflushed detectors is due earlier; None: they have no timer."""
        self._flushed_deadline: float | None = None
        """No timer in the rows is due earlier; None: it has to be read."""
        for (body,) in connection.execute("SELECT detectors FROM recent ORDER BY sequence"):
            self._add(dict(map(_entry, orjson.loads(body))))

    def read(
        self, connection: Connection, detector_ids: Iterable[DetectorId]
    ) -> dict[DetectorId, StoredDetector]:
        """Return the detectors, absent ones too."""
        unflushed, flushed = {}, []
        for detector_id in detector_ids:
            if detector_id in self.unflushed:
                unflushed[detector_id] = self.unflushed[detector_id]
            else:
                flushed.append(detector_id)
        return unflushed | detector_table.read(connection, flushed)

    def write(self, connection: Connection, changed: Mapping[DetectorId, StoredDetector]) -> bool:
        """Write changes; return whether that flushed the buffer. Call `committed` after the commit."""
        unflushed, changes = len(self.unflushed) + len(changed), self._changes + len(changed)
        if unflushed > self._max_unflushed or changes > self._max_changes:
            detector_table.write(connection, {**self.unflushed, **changed})
            connection.execute("DELETE FROM recent")
            return True
        rows = [
            (*detector_id, revision, version, incarnation, None if detector is None else tuple(detector))
            for detector_id, (revision, version, incarnation, detector) in changed.items()
        ]
        connection.executemany(
            "INSERT INTO recent (detectors) VALUES (?)", [(text,) for _, text in in_rows(rows)]
        )
        return False

    def committed(self, changed: Mapping[DetectorId, StoredDetector], *, flushed: bool) -> None:
        """Take over changes that were committed."""
        if flushed:
            self.unflushed.clear()
            self._changes, self._unflushed_deadline, self._flushed_deadline = 0, None, None
        else:
            self._add(changed)

    def _add(self, changed: Mapping[DetectorId, StoredDetector]) -> None:
        self.unflushed.update(changed)
        self._changes += len(changed)
        deadlines = [
            deadline for stored in changed.values() if (deadline := _deadline_of(stored)) is not None
        ]
        if deadlines:
            first, known = min(deadlines), self._unflushed_deadline
            self._unflushed_deadline = first if known is None else min(first, known)

    def due(self, connection: Connection, until: int, limit: int) -> list[DetectorId]:
        """Return the detectors with a timer that is due at or before `until`, the earliest first."""
        if self._flushed_deadline is None:
            self._flushed_deadline = detector_table.first_deadline(connection)
        due: list[tuple[int, DetectorId]] = []
        if self._flushed_deadline <= until:
            rows = detector_table.due(connection, until, limit + len(self.unflushed))
            due = [
                (deadline, detector_id) for deadline, detector_id in rows if detector_id not in self.unflushed
            ]
        if self._unflushed_deadline is not None and self._unflushed_deadline <= until:
            due += self._unflushed_due(until)
            due.sort(key=_by_deadline)
        return [detector_id for _, detector_id in due[:limit]]

    def _unflushed_due(self, until: int) -> list[tuple[int, DetectorId]]:
        scheduled = [
            (deadline, detector_id)
            for detector_id, stored in self.unflushed.items()
            if (deadline := _deadline_of(stored)) is not None
        ]
        self._unflushed_deadline = min((deadline for deadline, _ in scheduled), default=None)
        return [(deadline, detector_id) for deadline, detector_id in scheduled if deadline <= until]

    def page(
        self,
        connection: Connection,
        model: str,
        version: str,
        *,
        state: str | None,
        after: str | None,
        limit: int,
    ) -> list[Detector]:
        """Return up to `limit` detectors of a model's version with keys above `after`, in their order."""
        rows = detector_table.page(connection, model, version, state, after, limit + len(self.unflushed))
        detectors = [detector for detector_id, detector in rows if detector_id not in self.unflushed]
        detectors += [
            stored.detector
            for (name, key), stored in self.unflushed.items()
            if stored.detector
            and (name, stored.model_version) == (model, version)
            and (after is None or (key or "") > after)
            and (state is None or stored.detector.state == state)
        ]
        return sorted(detectors, key=lambda detector: detector.key or "")[:limit]


def _by_deadline(scheduled: tuple[int, DetectorId]) -> tuple[int, str, str]:
    deadline, detector_id = scheduled
    return deadline, detector_id.model, detector_id.key or ""


def _deadline_of(stored: StoredDetector) -> int | None:
    return next_deadline(stored.detector) if stored.detector else None


def _entry(row: list[Any]) -> tuple[DetectorId, StoredDetector]:
    model, key, revision, version, incarnation, members = row
    detector = None if members is None else Detector(*members)
    return DetectorId(model, key), StoredDetector(revision, version, incarnation, detector)
