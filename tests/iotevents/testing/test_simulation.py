"""Worlds of detectors in tests: messages, the clock, detectors, and what can only be a mistake."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from iotevents.testing import (
    DefinitionsError,
    NotFoundError,
    RefusedError,
    Simulation,
    SimulationResult,
    load,
)

T = "2026-01-01T08:00Z"
T_MS = 1_767_254_400_000
HIGH = {"id": "p7", "pressure": 80}
LOW = {"id": "p7", "pressure": 5}


def utc(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 1, hour, minute, tzinfo=UTC)


def deletion(key: str = "p7") -> dict[str, Any]:
    return {"detectors": [{"messageId": "d", "detectorModelName": "Pumps", "keyValue": key}]}


def alarm(key: str = "p7", name: str = "Alarm") -> dict[str, Any]:
    new = {"stateName": name, "variables": [{"name": "last", "value": "1.5"}], "timers": []}
    entry = {"messageId": "u", "detectorModelName": "Pumps", "keyValue": key, "state": new}
    return {"detectors": [entry]}


def test_issue_example(definitions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(definitions.parent)
    world = load("definitions/")
    world.send("Pump", {"id": "p7", "pressure": 80}, at="2026-01-01T08:00Z")
    world.advance("10m")
    assert world["Pumps", "p7"].state == "Alarm"


# detectors


def test_detector_members(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    world.send("Pump", {"id": "p7", "pressure": 90}, at="2026-01-01T08:01:30.250Z")
    pump = world["Pumps", "p7"]
    assert (pump.model, pump.key, pump.state) == ("Pumps", "p7", "High")
    assert pump.variables == {"last": 90}
    assert pump.timers == {"long": timedelta(minutes=8, seconds=29, milliseconds=750)}


def test_detector_why(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    text = world["Pumps", "p7"].why()
    assert text.startswith("Pumps p7 is in the state High")
    assert "0:10:00 left (2026-01-01 08:10:00Z)" in text
    assert "$input.Pump.pressure <= 70" in text


def test_detector_is_a_snapshot(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    before = world["Pumps", "p7"]
    world.advance("10m")
    assert (before.state, world["Pumps", "p7"].state) == ("High", "Alarm")
    assert "state='High'" in repr(before)
    assert "_model" not in repr(before)


def test_detector_without_a_key(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    house = world["House"]
    assert (house.key, house.state, house.variables) == (None, "On", {"last": 80})


def test_detector_with_a_number_as_key(world: Simulation) -> None:
    world.send("Pump", HIGH | {"id": 12})
    assert world["Pumps", 12] == world["Pumps", "12"]


def test_detector_exists(world: Simulation) -> None:
    assert ("Pumps", "p7") not in world
    assert "House" not in world
    world.send("Pump", HIGH)
    assert ("Pumps", "p7") in world
    assert "House" in world
    with pytest.raises(NotFoundError, match="detector models: House, Pumps"):
        assert ("Pmups", "p7") not in world


def test_detector_that_is_not_there_yet(world: Simulation) -> None:
    world.send("Pump", HIGH)
    expected = "The model Pumps has no detector p8 now: its first message makes it; keys: p7"
    with pytest.raises(NotFoundError, match=expected):
        world["Pumps", "p8"]


def test_detector_that_was_deleted(world: Simulation) -> None:
    world.send("Pump", HIGH)
    (deleted,) = world.call("BatchDeleteDetector", deletion()).evaluations
    assert (deleted["from"], deleted["to"]) == ("High", None)
    with pytest.raises(NotFoundError, match="it was deleted, and its next message makes it; keys: none"):
        world["Pumps", "p7"]
    assert world.advance("1h").evaluations == ()
    world.send("Pump", LOW)
    assert world["Pumps", "p7"].state == "Normal"


def test_detector_of_an_unknown_model(world: Simulation) -> None:
    with pytest.raises(NotFoundError, match="no detector model Pmups; detector models: House, Pumps"):
        world["Pmups", "p7"]


def test_detector_needs_its_key(world: Simulation) -> None:
    world.send("Pump", HIGH)
    with pytest.raises(NotFoundError, match=r'each id: world\["Pumps", KEY\]; keys: p7'):
        world["Pumps"]
    with pytest.raises(NotFoundError, match=r'has no key, and one detector: world\["House"\]'):
        world["House", "p7"]


def test_detector_keys_are_not_all_listed(world: Simulation) -> None:
    for number in range(23):
        world.send("Pump", HIGH | {"id": f"p{number:02}"})
    with pytest.raises(NotFoundError, match=r"p18, p19 and 3 more$"):
        world["Pumps", "x"]


# results


def test_result_of_a_message(world: Simulation) -> None:
    result = world.send("Pump", HIGH, at=T, message_id="m-1")
    house, pump = result.evaluations
    assert (house["model"], house["key"]) == ("House", None)
    assert (pump["time"], pump["messageId"], pump["from"], pump["to"]) == (T_MS, "m-1", None, "High")
    assert pump["timers"] == {"long": T_MS + 600_000}
    assert (result.actions, result.errors) == ((), ())


def test_result_of_time(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    result = world.advance("12m")
    assert [(one["trigger"], one["to"]) for one in result.evaluations] == [("timer", "Alarm")] * 3
    assert [action.time for action in result.actions] == [utc(8, 10), utc(8, 11), utc(8, 12)]
    first = result.actions[0]
    assert (first.model, first.key, first.event, first.type) == ("Pumps", "p7", "seen", "sns")
    assert first.parameters == {"targetArn": "arn:aws:sns:eu-west-1:123456789012:t"}
    assert first.json()["payload"]["actionExecutionId"] == first.id


def test_result_has_due_timers_first(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    result = world.send("Pump", LOW, at="2026-01-01T08:10Z")
    assert [one["trigger"] for one in result.evaluations] == ["timer", "message", "message"]
    assert world["Pumps", "p7"].state == "Normal"


def test_result_of_errors(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    (failure,) = world.send("Pump", HIGH).errors
    assert (failure.time, failure.model, failure.key) == (utc(8), "Pumps", "p7")
    assert failure.where == "states[1].onInput.events[1].condition"
    assert "division by zero" in failure.message
    assert world.errors == (failure,)


def test_world_has_all_results(world: Simulation) -> None:
    results = [world.send("Pump", HIGH), world.advance("11m"), world.send("Pump", HIGH | {"id": "p8"})]
    for name in ("evaluations", "actions"):
        assert getattr(world, name) == tuple(one for result in results for one in getattr(result, name))
    assert len(world.actions) == 2


def test_result_of_a_repetition(world: Simulation) -> None:
    results = [
        world.send("Pump", HIGH, at=at, message_id="m-1")
        for at in (T, "2026-01-01T08:04:59.999Z", "2026-01-01T08:05Z")
    ]
    assert [(result.duplicate, len(result.evaluations)) for result in results] == [
        (False, 2),
        (True, 0),
        (False, 2),
    ]


def test_result_of_an_input_without_models(world: Simulation) -> None:
    result = world.send("Idle", {"id": "p7"})
    assert (result.unrouted, result.evaluations) == (True, ())
    assert not world.send("Pump", HIGH).unrouted


def test_action_without_a_payload() -> None:
    from iotevents.testing import DetectorAction

    action = DetectorAction(utc(8), "Pumps", None, "e", "iotSiteWise", "id", {}, None)
    with pytest.raises(ValueError, match="iotSiteWise of the event e has no payload"):
        action.json()


# the clock


def test_clock_starts_at_a_fixed_time(world: Simulation) -> None:
    assert world.now == utc(0)
    assert world.send("Pump", HIGH).evaluations[0]["time"] == 1_767_225_600_000
    assert world.now == utc(0)


def test_clock_may_start_earlier(world: Simulation) -> None:
    assert world.send("Pump", HIGH, at=0).evaluations[0]["time"] == 0
    assert world.send("Pump", HIGH).evaluations[0]["time"] == 0
    assert world.now == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "at",
    [
        T,
        T_MS,
        float(T_MS),
        "2026-01-01T08:00",
        "2026-01-01 09:00+01:00",
        utc(8),
        datetime(2026, 1, 1, 8),
        datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_time_may_be_written_as(world: Simulation, at: Any) -> None:
    assert world.send("Pump", HIGH, at=at).evaluations[0]["time"] == T_MS
    assert world.now == utc(8)


def test_time_left_out_is_now(world: Simulation) -> None:
    world.advance(to=T)
    assert world.send("Pump", HIGH).evaluations[0]["time"] == T_MS


@pytest.mark.parametrize("at", ["yesterday", -1, True, "2026-13-01", [], 10**18])
def test_time_must_be_one(world: Simulation, at: Any) -> None:
    with pytest.raises(ValueError, match="The time must be epoch milliseconds or ISO 8601"):
        world.send("Pump", HIGH, at=at)


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.send("Pump", HIGH, at="2026-01-01T07:59:59.999Z"),
        lambda world: world.call("BatchDeleteDetector", deletion(), at="2026-01-01T07:59:59.999Z"),
        lambda world: world.advance(to="2026-01-01T07:59:59.999Z"),
    ],
)
def test_time_before_now(world: Simulation, act: Callable[[Simulation], SimulationResult]) -> None:
    world.send("Pump", HIGH, at=T)
    expected = r"2026-01-01T07:59:59.999Z is before now, 2026-01-01T08:00:00Z: the clock never"
    with pytest.raises(ValueError, match=expected):
        act(world)
    assert len(world.evaluations) == 2


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("10m", 600),
        ("1h30m", 5400),
        ("1d2h3m4s5ms", 93784.005),
        ("90s", 90),
        ("1500ms", 1.5),
        ("0s", 0),
        (timedelta(hours=1.5), 5400),
    ],
)
def test_advance_by(world: Simulation, duration: Any, seconds: float) -> None:
    world.advance(to=T)
    world.advance(duration)
    assert world.now == utc(8) + timedelta(seconds=seconds)


def test_advance_to(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    assert world.advance(to="2026-01-01T08:09:59.999Z").evaluations == ()
    assert len(world.advance(to=utc(8, 10)).evaluations) == 1


def test_advance_first(world: Simulation) -> None:
    world.advance("8h")
    assert world.now == utc(8)


@pytest.mark.parametrize(
    "duration", ["", "10", "30m1h", "1.5h", "-1m", "1 h", "10 minutes", 10, b"10m", "\u0661m"]
)
def test_advance_by_no_duration(world: Simulation, duration: Any) -> None:
    with pytest.raises(ValueError, match="A duration must be a timedelta or text like 1h30m"):
        world.advance(duration)


def test_advance_backwards(world: Simulation) -> None:
    with pytest.raises(ValueError, match="never runs backwards"):
        world.advance(-timedelta(seconds=1))


def test_advance_beyond_all_times(world: Simulation) -> None:
    with pytest.raises(ValueError, match="from 1970 to 9999"):
        world.advance("9999999d")


@pytest.mark.parametrize("arguments", [{}, {"duration": "1m", "to": T}])
def test_advance_says_how_long_or_until(world: Simulation, arguments: Any) -> None:
    with pytest.raises(TypeError, match="Say either for how long"):
        world.advance(**arguments)


# messages and operations that are refused


def test_unknown_input(world: Simulation) -> None:
    with pytest.raises(NotFoundError, match="There is no input Pmup; inputs: Idle, Pump"):
        world.send("Pmup", HIGH)


def test_message_without_key(world: Simulation) -> None:
    expected = "The payload has no id, which is the key of a detector of Pumps; its attributes: ID, pressure"
    with pytest.raises(RefusedError, match=expected):
        world.send("Pump", {"ID": "p7", "pressure": 80})


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"id": {"p7"}}, "The message is not JSON: Object of type set"),
        ({"id": "p7", "pressure": float("nan")}, "nan"),
        ({"id": "p7", "pressure": 2**63}, "beyond 64 bit"),
        ({"id": "p 7"}, "must have 1 to 128 letters"),
        ({"id": "p7", "text": "\ud800"}, "surrogate"),
        ([HIGH], "The payload is not a JSON object"),
        ("p7", "The payload is not a JSON object"),
    ],
)
def test_message_with_a_wrong_payload(world: Simulation, payload: Any, expected: str) -> None:
    with pytest.raises(RefusedError, match=expected):
        world.send("Pump", payload, at=T)


def test_message_with_a_wrong_id(world: Simulation) -> None:
    with pytest.raises(RefusedError, match="messageId must have 1 to 64 letters"):
        world.send("Pump", HIGH, message_id="m 1")


def test_refused_message_changes_nothing(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    with pytest.raises(RefusedError):
        world.send("Pump", {"pressure": 80}, at="2026-01-02")
    assert world.now == utc(8)
    assert len(world.evaluations) == 2


def test_payload_is_a_copy(world: Simulation) -> None:
    payload = dict(HIGH)
    world.send("Pump", payload, at=T)
    payload["pressure"] = 5
    world.advance("10m")
    assert '"pressure": 80' in world["Pumps", "p7"].why()


def test_call_puts_a_detector_into_a_state(world: Simulation) -> None:
    world.send("Pump", LOW)
    (updated,) = world.call("BatchUpdateDetector", alarm(), at=T).evaluations
    assert (updated["time"], updated["trigger"]) == (T_MS, "operation")
    pump = world["Pumps", "p7"]
    assert (pump.state, pump.variables, pump.timers) == ("Alarm", {"last": 1.5}, {})


@pytest.mark.parametrize(
    ("operation", "request_", "expected"),
    [
        ("BatchUpdateDetector", alarm("p8"), "Detector of model Pumps with the key p8 not found"),
        ("BatchUpdateDetector", alarm(name="Alram"), "Pumps has no state Alram"),
        ("BatchDeleteDetector", {"detectors": []}, "length greater than or equal to 1"),
        ("ListDetectors", {}, "those that can are BatchPutMessage, BatchUpdateDetector, BatchDeleteDetector"),
        ("BatchDeleteDetector", {"detectors": {1}}, "The message is not JSON"),
    ],
)
def test_call_that_is_refused(world: Simulation, operation: str, request_: Any, expected: str) -> None:
    world.send("Pump", LOW)
    with pytest.raises(RefusedError, match=expected):
        world.call(operation, request_)


def test_world_is_shown(world: Simulation) -> None:
    world.send("Pump", HIGH, at=T)
    assert repr(world) == "Simulation(now=2026-01-01T08:00:00Z, detectors=2)"


def test_folder_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(DefinitionsError, match="is not a folder"):
        load(tmp_path / "nowhere")


def test_worlds_share_nothing(definitions: Path) -> None:
    first, second = load(definitions), load(definitions)
    first.send("Pump", HIGH)
    assert ("Pumps", "p7") not in second
