"""Contents of the demo's three sources, and the expected result of each record.

A third of the rooms sends by an SQS queue, a third by a FIFO queue (a group per room), a third by Kinesis (a
shard per room: some with single records, every third of them gzipped, some aggregated as the producer library
does). After every so many readings a record is added that is broken on purpose, or a repetition.
"""

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from local.demo.telemetry import Reading
from local.lambda_runtime.events import KinesisRecord, SqsMessage, dumps, sequence_number, sqs_message
from local.lambda_runtime.kpl import aggregate

BAD_JSON = "bad JSON"
NO_ROUTE = "no route"
OVERSIZE = "over the size limit"
REPEATED = "repeated"
ODDITIES = (BAD_JSON, REPEATED, NO_ROUTE, OVERSIZE)
INTERVAL = 25
"""Readings of a source between one oddity and the next."""
AGGREGATE = 5
"""Readings in an aggregated record."""


@dataclass(frozen=True, slots=True)
class Part:
    """Unit of telemetry before it is packed; `oddity` is None for a good reading."""

    reading: Reading
    text: str
    oddity: str | None = None


@dataclass(slots=True)
class Scenario:
    """Contents of the sources, and the results that a run has to have."""

    standard: list[SqsMessage] = field(default_factory=list)
    fifo: list[SqsMessage] = field(default_factory=list)
    shards: list[list[KinesisRecord]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    """Each has to be stored exactly once."""
    broken: list[tuple[str, str]] = field(default_factory=list)
    """Record id and oddity: each has to be rejected exactly once."""
    ordered_rooms: set[str] = field(default_factory=set)
    """Rooms that send by FIFO or Kinesis."""
    repeated: int = 0
    gzipped: int = 0
    aggregated: int = 0
    """Number of aggregated records."""

    @property
    def records(self) -> int:
        """Return the number of records in the sources."""
        return len(self.standard) + len(self.fifo) + sum(map(len, self.shards))


def make_scenario(readings: Sequence[Reading]) -> Scenario:
    """Return the scenario of these readings; the same ones always give the same."""
    scenario = Scenario(readings=list(readings))
    rooms = list(dict.fromkeys(reading.room for reading in readings))
    by_source = [
        [reading for reading in readings if rooms.index(reading.room) % 3 == source] for source in range(3)
    ]
    scenario.standard = _queue(scenario, "telemetry", by_source[0], fifo=False)
    scenario.fifo = _queue(scenario, "telemetry.fifo", by_source[1], fifo=True)
    scenario.ordered_rooms = {reading.room for reading in by_source[1] + by_source[2]}
    for index, room in enumerate(dict.fromkeys(reading.room for reading in by_source[2])):
        parts = list(_parts([reading for reading in by_source[2] if reading.room == room]))
        pack = _aggregated if index % 2 else _single
        scenario.shards.append(pack(scenario, parts, index))
    return scenario


def _parts(readings: Sequence[Reading]) -> Iterator[Part]:
    oddities = cycle(ODDITIES)
    for number, reading in enumerate(readings, start=1):
        yield Part(reading, dumps(reading.document))
        if number % INTERVAL == 0:
            oddity = next(oddities)
            yield Part(reading, _ODD[oddity](reading), oddity)


def _queue(scenario: Scenario, name: str, readings: Sequence[Reading], *, fifo: bool) -> list[SqsMessage]:
    messages = []
    for position, part in enumerate(_parts(readings)):
        group = part.reading.room if fifo else None
        message = sqs_message(
            f"{name}/{position}", part.text, part.reading.time, group=group, position=position
        )
        _note(scenario, part, message.id)
        messages.append(message)
    return messages


def _single(scenario: Scenario, parts: Sequence[Part], shard: int) -> list[KinesisRecord]:
    records = []
    for position, part in enumerate(parts):
        record = KinesisRecord(
            sequence_number(position, shard),
            part.reading.room,
            gzip.compress(part.text.encode(), mtime=0) if position % 3 == 2 else part.text.encode(),
            part.reading.time,
        )
        scenario.gzipped += position % 3 == 2
        _note(scenario, part, record.sequence)
        records.append(record)
    return records


def _aggregated(scenario: Scenario, parts: Sequence[Part], shard: int) -> list[KinesisRecord]:
    records = []
    for position, start in enumerate(range(0, len(parts), AGGREGATE)):
        packed = parts[start : start + AGGREGATE]
        data = aggregate([(part.reading.room, part.text.encode()) for part in packed])
        last = packed[-1].reading
        records.append(KinesisRecord(sequence_number(position, shard), last.room, data, last.time))
        for part in packed:
            _note(scenario, part, records[-1].sequence)
    scenario.aggregated += len(records)
    return records


def _note(scenario: Scenario, part: Part, record: str) -> None:
    if part.oddity == REPEATED:
        scenario.repeated += 1
    elif part.oddity:
        scenario.broken.append((record, part.oddity))


def _cut(reading: Reading) -> str:
    return dumps(reading.document)[:-9]


def _repeat(reading: Reading) -> str:
    return dumps(reading.document)


def _homeless(reading: Reading) -> str:
    return dumps({key: value for key, value in reading.document.items() if key != "room"})


def _bloated(reading: Reading) -> str:
    """Return a document above the size limit that cannot be taken for its reading."""
    return dumps({**reading.document, "time": reading.time + 1, "note": "x" * 1024})


_ODD: Mapping[str, Callable[[Reading], str]] = {
    BAD_JSON: _cut,
    REPEATED: _repeat,
    NO_ROUTE: _homeless,
    OVERSIZE: _bloated,
}
