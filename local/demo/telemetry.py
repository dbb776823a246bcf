"""The room telemetry of `examples/rooms`: one recorded office room, played as several.

The recording has a single room. Room k shows the same readings moved by k hours, wrapping around at the end,
under its own name; the values are real, that there are several rooms is not.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

READINGS = Path(__file__).parents[2] / "examples" / "rooms" / "readings.csv"
SHIFT = 60
"""Readings (about minutes) between one room and the next."""

_COLUMNS = {
    "temperature": "Temperature",
    "humidity": "Humidity",
    "light": "Light",
    "co2": "CO2",
    "humidityRatio": "HumidityRatio",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Sensor values of a room at a time; `time` is epoch milliseconds."""

    room: str
    time: int
    values: dict[str, float]
    """degrees C, %, lux, ppm, kg water per kg air."""
    occupied: bool

    @property
    def document(self) -> dict[str, Any]:
        """Return the reading as a device would send it."""
        return {"room": self.room, "time": self.time, **self.values, "occupancy": int(self.occupied)}


def readings(rooms: int) -> Iterator[Reading]:
    """Yield the readings of `rooms` rooms, all rooms once a minute, in order of time."""
    rows = _rows()
    for position, row in enumerate(rows):
        for room in range(rooms):
            yield _reading(f"room-{room + 1}", row, rows[(position + SHIFT * room) % len(rows)])


def take(count: int, rooms: int) -> list[Reading]:
    """Return the first `count` readings; ValueError if the recording has fewer."""
    taken = list(islice(readings(rooms), count))
    if len(taken) < count:
        raise ValueError(f"{rooms} rooms have {len(taken)} readings, {count} were asked for")
    return taken


def _reading(room: str, clock: dict[str, str], row: dict[str, str]) -> Reading:
    values = {name: float(row[column]) for name, column in _COLUMNS.items()}
    return Reading(room, _milliseconds(clock["date"]), values, row["Occupancy"] == "1")


def _milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@cache
def _rows() -> list[dict[str, str]]:
    """Return the file's rows by column; the first column (a row number) has no header."""
    with READINGS.open(newline="") as file:
        header, *rows = csv.reader(file)
    return [dict(zip(["row", *header], row, strict=True)) for row in rows]
