"""Whether a run of the demo comes out even: what was stored and rejected against what the telemetry demands,
and what the detectors came to against a replay of the journal.

Nothing here comes from the forwarder's own counts.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forwarder.rejected_records import decoder
from iotevents.stores.sqlite import read_messages

from local.demo.detectors import Fleet, Name
from local.demo.scenario import Scenario
from local.lambda_runtime.events import dumps
from local.pollers import History


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that the endpoint holds."""

    id: str
    input: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record in the rejected-records queue; `codes` says why, by message."""

    record: str
    codes: tuple[str, ...]


def parse_rejected(body: str) -> Rejected:
    """Return which record a document is about, and why it was rejected; raises RejectedRecordError."""
    record = decoder.decode_record(body)
    return Rejected(record.id, record.codes)


def read_stored(path: Path) -> list[Stored]:
    """Return the messages of a data file in the order of acceptance; raises StoreError."""
    return [
        Stored(one.key.message_id, one.key.input_name, json.loads(one.payload)) for one in read_messages(path)
    ]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold; `findings` tells where it does not."""

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
    wanted = Counter(dumps(one.document) for one in scenario.readings)
    found = Counter(dumps(one.payload) for one in stored)
    return [
        Check("every reading was stored", tuple(f"lost: {one}" for one in wanted - found)),
        Check("no reading was stored twice", tuple(_twice(wanted, found))),
        Check("nothing else was stored", tuple(f"foreign: {one}" for one in found if one not in wanted)),
        Check("rooms of FIFO and Kinesis kept their order", tuple(_disorder(scenario, stored))),
    ]


def check_rejected(scenario: Scenario, rejected: Sequence[Rejected]) -> Check:
    """Return the check of what the rejected-records queue holds."""
    broken = Counter(record for record, _ in scenario.broken)
    given = Counter(one.record for one in rejected)
    return Check("every broken record was rejected once", tuple(_differences(broken, given)))


def check_detectors(scenario: Scenario, live: Fleet, replayed: Fleet) -> list[Check]:
    """Return the checks of what the detectors came to."""
    rooms = {one.room for one in scenario.readings}
    found = {key for _, key in live.detectors}
    return [
        Check("every room has a detector, and nothing else has", tuple(sorted(map(str, rooms ^ found)))),
        Check("a replay of the journal ends in the same detectors", tuple(_other_detectors(live, replayed))),
        Check("a replay of the journal asks for the same actions", tuple(_other_actions(live, replayed))),
    ]


def _other_detectors(live: Fleet, replayed: Fleet) -> Iterator[str]:
    names: set[Name] = live.detectors.keys() | replayed.detectors.keys()
    for name in sorted(names, key=str):
        one, other = live.detectors.get(name), replayed.detectors.get(name)
        if one != other:
            yield f"{name}: live {one}, replayed {other}"


def _other_actions(live: Fleet, replayed: Fleet) -> Iterator[str]:
    if live.actions == replayed.actions:
        return
    yield f"{len(live.actions)} live, {len(replayed.actions)} replayed"
    ours, theirs = set(live.actions), set(replayed.actions)
    yield from (f"only live: {one}" for one in live.actions if one not in theirs)
    yield from (f"only replayed: {one}" for one in replayed.actions if one not in ours)


def _twice(wanted: Counter[str], found: Counter[str]) -> Iterator[str]:
    for one, times in found.items():
        if one in wanted and times > wanted[one]:
            yield f"stored {times} times: {one}"


def _differences(broken: Counter[str], given: Counter[str]) -> Iterator[str]:
    for record in broken | given:
        if broken[record] != given[record]:
            yield f"record {record}: {broken[record]} broken, {given[record]} rejected"


def _unfinished(histories: Mapping[str, History]) -> Iterator[str]:
    for source, history in histories.items():
        yield from (f"{source}: {one} was left in the source" for one in history.pending)
        yield from (f"{source}: {one} went to the dead-letter queue" for one in history.dead)
        yield from (f"{source}: {one.ids} given up ({one.condition})" for one in history.discarded)


def _disorder(scenario: Scenario, stored: Iterable[Stored]) -> Iterator[str]:
    """A standard queue promises no order across redeliveries: its rooms are left out."""
    latest: dict[str, int] = defaultdict(int)
    for one in stored:
        room, time = one.payload.get("room"), one.payload.get("time")
        if room in scenario.ordered_rooms and isinstance(time, int):
            if time < latest[room]:
                yield f"{room}: the reading of {time} came after that of {latest[room]}"
            latest[room] = time
