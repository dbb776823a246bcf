"""Verification of a demo run: stored and rejected records against the telemetry, detectors against a replay.

Nothing here comes from the forwarder's own counts.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forwarder.rejected_records import decoder
from iotevents.stores.data_file import read_messages

from local.demo.detectors import DetectorSnapshot, Name
from local.demo.scenario import Scenario
from local.lambda_runtime.events import dumps
from local.pollers import History


@dataclass(frozen=True, slots=True)
class Stored:
    """Message that the endpoint has stored."""

    id: str
    input: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Record in the rejected-records queue, with the reason code of each message."""

    record: str
    codes: tuple[str, ...]


def parse_rejected(body: str) -> Rejected:
    """Return which record a document is about, and why it was rejected; raises RejectedRecordError."""
    record = decoder.decode_record(body)
    return Rejected(record.id, record.codes)


def read_stored(path: Path) -> list[Stored]:
    """Return the messages of a data file in the order of acceptance; raises StoreError."""
    return [
        Stored(message.key.message_id, message.key.input_name, json.loads(message.payload))
        for message in read_messages(path)
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """Claim about a run; `findings` lists where it does not hold."""

    claim: str
    findings: tuple[str, ...]


def check(
    scenario: Scenario,
    stored: Sequence[Stored],
    rejected: Sequence[Rejected],
    histories: Mapping[str, History],
) -> list[Check]:
    """Return the checks of a run; `stored` in the order of acceptance."""
    return [
        *check_messages(scenario, stored),
        check_rejected(scenario, rejected),
        Check("every record left its source as done", tuple(_unfinished(histories))),
    ]


def check_messages(scenario: Scenario, stored: Sequence[Stored]) -> list[Check]:
    """Return the checks of what the endpoint holds, in the order of acceptance."""
    expected = Counter(dumps(reading.document) for reading in scenario.readings)
    actual = Counter(dumps(message.payload) for message in stored)
    return [
        Check("every reading was stored", tuple(f"lost: {document}" for document in expected - actual)),
        Check("no reading was stored twice", tuple(_twice(expected, actual))),
        Check(
            "nothing else was stored",
            tuple(f"foreign: {document}" for document in actual if document not in expected),
        ),
        Check("rooms of FIFO and Kinesis kept their order", tuple(_disorder(scenario, stored))),
    ]


def check_rejected(scenario: Scenario, rejected: Sequence[Rejected]) -> Check:
    """Return the check of what the rejected-records queue holds."""
    broken = Counter(record for record, _ in scenario.broken)
    stored = Counter(record.record for record in rejected)
    return Check("every broken record was rejected once", tuple(_differences(broken, stored)))


def check_detectors(scenario: Scenario, live: DetectorSnapshot, replayed: DetectorSnapshot) -> list[Check]:
    """Return the checks of what the detectors came to."""
    rooms = {reading.room for reading in scenario.readings}
    keys = {key for _, key in live.detectors}
    return [
        Check("every room has a detector, and nothing else has", tuple(sorted(map(str, rooms ^ keys)))),
        Check("a replay of the journal ends in the same detectors", tuple(_other_detectors(live, replayed))),
        Check("a replay of the journal asks for the same actions", tuple(_other_actions(live, replayed))),
    ]


def _other_detectors(live: DetectorSnapshot, replayed: DetectorSnapshot) -> Iterator[str]:
    names: set[Name] = live.detectors.keys() | replayed.detectors.keys()
    for name in sorted(names, key=str):
        live_detector, replayed_detector = live.detectors.get(name), replayed.detectors.get(name)
        if live_detector != replayed_detector:
            yield f"{name}: live {live_detector}, replayed {replayed_detector}"


def _other_actions(live: DetectorSnapshot, replayed: DetectorSnapshot) -> Iterator[str]:
    if live.actions == replayed.actions:
        return
    yield f"{len(live.actions)} live, {len(replayed.actions)} replayed"
    ours, theirs = set(live.actions), set(replayed.actions)
    yield from (f"only live: {action}" for action in live.actions if action not in theirs)
    yield from (f"only replayed: {action}" for action in replayed.actions if action not in ours)


def _twice(expected: Counter[str], actual: Counter[str]) -> Iterator[str]:
    for document, times in actual.items():
        if document in expected and times > expected[document]:
            yield f"stored {times} times: {document}"


def _differences(broken: Counter[str], rejected: Counter[str]) -> Iterator[str]:
    for record in broken | rejected:
        if broken[record] != rejected[record]:
            yield f"record {record}: {broken[record]} broken, {rejected[record]} rejected"


def _unfinished(histories: Mapping[str, History]) -> Iterator[str]:
    for source, history in histories.items():
        yield from (f"{source}: {record} was left in the source" for record in history.pending)
        yield from (f"{source}: {record} went to the dead-letter queue" for record in history.dead)
        yield from (
            f"{source}: {records.ids} given up ({records.condition})" for records in history.discarded
        )


def _disorder(scenario: Scenario, stored: Iterable[Stored]) -> Iterator[str]:
    """Yield readings out of order; rooms of the standard queue, which promises no order, are left out."""
    latest: dict[str, int] = defaultdict(int)
    for message in stored:
        room, time = message.payload.get("room"), message.payload.get("time")
        if room in scenario.ordered_rooms and isinstance(time, int):
            if time < latest[room]:
                yield f"{room}: the reading of {time} came after that of {latest[room]}"
            latest[room] = time
