"""What became of detectors lately: one row for all that a commit changed, before it goes into their own rows.

Detectors have their rows on pages of their own, and SQLite writes whole pages: a commit of 100 messages would
write a hundred of them. Appended to each other the same changes fill ten. Once there are many, most detectors
among them more than once, each is written to its row a single time.
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
"""Detectors that wait for their rows to be written; more would make the commit that does it a long one."""
CHANGES_EACH: Final = 5
"""Changes that are kept for each of them: a start, and whoever reads the file, has to read all of these."""


class WriteBuffer:
    """The newest states of the detectors of a file; those of `waiting` are not in their rows yet."""

    def __init__(self, connection: Connection, most_waiting: int = MAX_UNFLUSHED) -> None:
        """Read what is waiting."""
        self._most_waiting, self._most_changes = most_waiting, CHANGES_EACH * most_waiting
        self.waiting: dict[DetectorId, StoredDetector] = {}
        self._changes = 0
        self._first_wake: int | None = None
        """No timer of those waiting is due earlier."""
        self._first_written: float | None = None
        """No timer in the rows is due earlier; None: that is to be looked up."""
        for (body,) in connection.execute("SELECT detectors FROM recent ORDER BY sequence"):
            self._keep(dict(map(_entry, orjson.loads(body))))

    def read(self, connection: Connection, found: Iterable[DetectorId]) -> dict[DetectorId, StoredDetector]:
        """The detectors, absent ones too."""
        waiting, written = {}, []
        for one in found:
            if one in self.waiting:
                waiting[one] = self.waiting[one]
            else:
                written.append(one)
        return waiting | detector_table.read(connection, written)

    def write(self, connection: Connection, changed: Mapping[DetectorId, StoredDetector]) -> bool:
        """Write changes; whether everything is in its row then. `keep` has to follow their commit."""
        waiting, changes = len(self.waiting) + len(changed), self._changes + len(changed)
        if waiting > self._most_waiting or changes > self._most_changes:
            detector_table.write(connection, {**self.waiting, **changed})
            connection.execute("DELETE FROM recent")
            return True
        line = [
            (*found, revision, version, lives, None if detector is None else tuple(detector))
            for found, (revision, version, lives, detector) in changed.items()
        ]
        connection.executemany(
            "INSERT INTO recent (detectors) VALUES (?)", [(text,) for _, text in in_rows(line)]
        )
        return False

    def keep(self, changed: Mapping[DetectorId, StoredDetector], *, written: bool) -> None:
        """Know of changes that were committed."""
        if written:
            self.waiting.clear()
            self._changes, self._first_wake, self._first_written = 0, None, None
        else:
            self._keep(changed)

    def _keep(self, changed: Mapping[DetectorId, StoredDetector]) -> None:
        self.waiting.update(changed)
        self._changes += len(changed)
        wakes = [wake for one in changed.values() if (wake := _wake_of(one)) is not None]
        if wakes:
            first = min(wakes)
            self._first_wake = first if self._first_wake is None else min(first, self._first_wake)

    def due(self, connection: Connection, until: int, limit: int) -> list[DetectorId]:
        """The detectors with a timer that is due at or before a time, the earliest first."""
        if self._first_written is None:
            self._first_written = detector_table.first_wake(connection)
        due: list[tuple[int, DetectorId]] = []
        if self._first_written <= until:
            written = detector_table.due(connection, until, limit + len(self.waiting))
            due = [one for one in written if one[1] not in self.waiting]
        if self._first_wake is not None and self._first_wake <= until:
            due += self._waiting_and_due(until)
            due.sort(key=lambda one: (one[0], one[1].model, one[1].key or ""))
        return [found for _, found in due[:limit]]

    def _waiting_and_due(self, until: int) -> list[tuple[int, DetectorId]]:
        wakes = [(wake, found) for found, one in self.waiting.items() if (wake := _wake_of(one)) is not None]
        self._first_wake = min((wake for wake, _ in wakes), default=None)
        return [one for one in wakes if one[0] <= until]

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
        """Detectors of a model's version in the order of their keys, from behind a key on."""
        rows = detector_table.page(connection, model, version, state, after, limit + len(self.waiting))
        found = [detector for found, detector in rows if found not in self.waiting]
        found += [
            one.detector
            for (name, key), one in self.waiting.items()
            if one.detector
            and (name, one.model_version) == (model, version)
            and (after is None or (key or "") > after)
            and (state is None or one.detector.state == state)
        ]
        return sorted(found, key=lambda one: one.key or "")[:limit]


def _wake_of(stored: StoredDetector) -> int | None:
    return next_deadline(stored.detector) if stored.detector else None


def _entry(row: list[Any]) -> tuple[DetectorId, StoredDetector]:
    model, key, revision, version, lives, members = row
    detector = None if members is None else Detector(*members)
    return DetectorId(model, key), StoredDetector(revision, version, lives, detector)
