from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from local.demo.detectors import Action, Detector, DetectorSnapshot, Name, snapshot_of
from local.demo.scenario import make_scenario
from local.demo.telemetry import take
from local.demo.verification import Rejected, Stored, check, check_detectors
from local.pollers import Discarded, History

SCENARIO = make_scenario(take(120, rooms=3))
HISTORY = History((), ())
STORED = [Stored(f"{n}", "RoomTelemetry", one.document) for n, one in enumerate(SCENARIO.readings)]
REJECTED = [Rejected(record, (oddity,)) for record, oddity in SCENARIO.broken]


def failed(
    stored: Sequence[Stored] = STORED, rejected: Sequence[Rejected] = REJECTED, history: History = HISTORY
) -> list[str]:
    return [one.claim for one in check(SCENARIO, stored, rejected, {"queue": history}) if one.findings]


def test_run_without_findings() -> None:
    assert failed() == []


def test_lost_reading_is_found() -> None:
    assert failed(STORED[1:]) == ["every reading was stored"]


def test_reading_stored_twice_is_found() -> None:
    assert failed([STORED[0], *STORED]) == ["no reading was stored twice"]


def test_foreign_message_is_found() -> None:
    foreign = replace(STORED[0], payload={**STORED[0].payload, "co2": -1})
    assert failed([*STORED, foreign]) == ["nothing else was stored"]


def test_room_out_of_order_is_found() -> None:
    fifo = [one for one in STORED if one.payload["room"] == "room-2"]
    others = [one for one in STORED if one not in fifo]
    assert failed([*others, *reversed(fifo)]) == ["rooms of FIFO and Kinesis kept their order"]


@pytest.mark.parametrize("rejected", [REJECTED[1:], [REJECTED[0], *REJECTED]])
def test_rejection_missing_or_double_is_found(rejected: list[Rejected]) -> None:
    assert failed(rejected=rejected) == ["every broken record was rejected once"]


@pytest.mark.parametrize(
    "history",
    [
        History((), (), dead=("a",)),
        History((), (), pending=("a",)),
        History((), (), discarded=(Discarded(0, ("a",), "RetryAttemptsExhausted"),)),
    ],
)
def test_record_that_was_not_done_is_found(history: History) -> None:
    assert failed(history=history) == ["every record left its source as done"]


DETECTORS: dict[Name, Detector] = {("m", f"room-{n}"): Detector("Empty", {}, {}, 5) for n in (1, 2, 3)}
ACTIONS = (Action("a", 3, ("m", "room-1"), "start", "on"), Action("b", 4, ("m", "room-1"), "stop", "off"))
SNAPSHOT = DetectorSnapshot(DETECTORS, ACTIONS)


def failed_detectors(live: DetectorSnapshot, replayed: DetectorSnapshot) -> list[str]:
    return [one.claim for one in check_detectors(SCENARIO, live, replayed) if one.findings]


def test_detectors_without_findings() -> None:
    assert failed_detectors(SNAPSHOT, DetectorSnapshot(dict(DETECTORS), ACTIONS)) == []


def test_room_without_a_detector_is_found() -> None:
    two = DetectorSnapshot({name: one for name, one in DETECTORS.items() if name[1] != "room-3"}, ACTIONS)
    assert failed_detectors(two, two) == ["every room has a detector, and nothing else has"]


@pytest.mark.parametrize(
    "other",
    [
        replace(DETECTORS["m", "room-2"], state="Full"),
        replace(DETECTORS["m", "room-2"], variables={"n": 1}),
        replace(DETECTORS["m", "room-2"], timers={"t": 60_000}),
        replace(DETECTORS["m", "room-2"], updated=6),
    ],
)
def test_replay_that_ends_in_other_detectors_is_found(other: Detector) -> None:
    replayed = DetectorSnapshot({**DETECTORS, ("m", "room-2"): other}, ACTIONS)
    assert failed_detectors(SNAPSHOT, replayed) == ["a replay of the journal ends in the same detectors"]


@pytest.mark.parametrize(
    "other", [ACTIONS[:1], ACTIONS[::-1], (*ACTIONS, ACTIONS[0]), (ACTIONS[0], replace(ACTIONS[1], id="c"))]
)
def test_replay_with_other_actions_is_found(other: tuple[Action, ...]) -> None:
    found = failed_detectors(SNAPSHOT, DetectorSnapshot(DETECTORS, other))
    assert found == ["a replay of the journal asks for the same actions"]


def test_fleet_is_what_the_records_end_in() -> None:
    action = {"id": "a", "eventName": "start", "payload": "on", "type": "sns", "parameters": {}}
    one = {"model": "m", "key": "k", "variables": {"n": 1}, "timers": {"t": 9}, "actions": []}
    records: list[dict[str, Any]] = [
        {**one, "time": 1, "to": "A", "actions": [action]},
        {**one, "time": 2, "to": "B"},
        {**one, "key": "gone", "time": 2, "to": "A"},
        {**one, "key": "gone", "time": 3, "to": None},
        {"time": 3, "input": "I", "messageId": None, "duplicate": True},
        {"time": 3, "model": "m", "key": "x", "rejected": {"errorCode": "c", "errorMessage": "m"}},
    ]
    snapshot = snapshot_of(records)
    assert snapshot.detectors == {("m", "k"): Detector("B", {"n": 1}, {"t": 9}, 2)}
    assert snapshot.actions == (Action("a", 1, ("m", "k"), "start", "on"),)
