"""`python -m iotevents explain`."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from iotevents.__main__ import main
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.messages import Message, MessageKey
from iotevents.service.service import Service
from iotevents.stores.sqlite import SqliteStore

from tests.support.iotevents.models import (
    ALWAYS,
    INPUT,
    body,
    event,
    set_timer,
    set_variable,
    state,
    transition,
)

T = 1_700_000_000_000
ROOM = body(
    state("Empty", transition("$input.In.people > 0", "Full", set_timer("idle", "600"), name="come")),
    state(
        "Full",
        event("$input.In.people > 0", name="seen"),
        transition("timeout('idle')", "Empty", name="left"),
        transition("$input.In.co2 > $variable.limit", "Empty", name="stale"),
        enter=[event(None, set_variable("limit", "1000"))],
    ),
    detectorModelName="room",
)
SINGLE = body(state("s", event(ALWAYS)), detectorModelName="single", key=None)
IDLE = body(state("s", event("$input.Other.x > 1")), detectorModelName="idle", key=None)


def bodies(*models: Any) -> list[RequestBody]:
    inputs = [
        {"inputName": name, "inputDefinition": {"attributes": [{"jsonPath": "x"}]}}
        for name in ("In", "Other")
    ]
    found = [RequestBody("f", "", Kind.INPUT, one) for one in inputs]
    return found + [
        RequestBody(
            "f", "", Kind.DETECTOR_MODEL, {name: value for name, value in one.items() if value is not None}
        )
        for one in models
    ]


def put(service: Service, key: str, time: int, **payload: Any) -> None:
    text = json.dumps({"id": key, **payload}).encode()
    assert service.do([Message(MessageKey(INPUT, f"{key}-{time}"), text, time)], time) == [None]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[str]:
    """Yield a file whose server runs on the clock of messages."""
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.note_clock(message_time=True)
        service = Service(store, message_time=True)
        service.define(bodies(ROOM, SINGLE, IDLE))
        put(service, "r-1", T, people=1, co2=900)
        put(service, "r-2", T + 1, people=0)
        put(service, "r-1", T + 30_000, people=0, co2=950.5)
        yield str(tmp_path / "d")


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["explain", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 2
    return capsys.readouterr().err


def leaf(text: str, value: Any) -> dict[str, Any]:
    filled = json.dumps(value)
    return {
        "text": text,
        "filled": filled,
        "value": value,
        "undefined": False,
        "error": None,
        "reached": True,
        "parts": [],
    }


def test_explain_as_json(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(capsys, "--data", data, "room", "r-1")
    events, transitions = found.pop("events"), found.pop("transitions")
    assert found == {
        "model": "room",
        "version": "1",
        "key": "r-1",
        "time": T + 30_000,
        "state": "Full",
        "created": T,
        "updated": T + 30_000,
        "variables": {"limit": 1000},
        "inputs": {"In": {"id": "r-1", "people": 0, "co2": 950.5}},
        "timers": {"idle": {"due": T + 600_000, "secondsLeft": 570.0}},
        "next": "message",
        "taken": None,
    }
    assert [one["eventName"] for one in events] == ["seen"]
    assert transitions[1] == {
        "eventName": "stale",
        "where": "states[1].onInput.transitionEvents[1]",
        "condition": "$input.In.co2 > $variable.limit",
        "input": None,
        "result": "False",
        "resultDetails": None,
        "nextState": "Empty",
        "parts": [
            {
                **leaf("$input.In.co2 > $variable.limit", False),
                "filled": "950.5 > 1000",
                "parts": [leaf("$input.In.co2", 950.5), leaf("$variable.limit", 1000)],
            }
        ],
    }


def test_explain_for_people(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--data", data, "room", "r-1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "room r-1 is in the state Full (version 1 of the model)",
        "  now         2023-11-14 22:13:50Z",
        "  evaluated   2023-11-14 22:13:50Z, first 2023-11-14 22:13:20Z",
        "  variables   limit = 1000",
        "  timers      idle 0:09:30 left (2023-11-14 22:23:20Z)",
        '  inputs      In {"id": "r-1", "people": 0, "co2": 950.5}',
        "",
        "No transition is taken by a message that brings the same values:",
        "  left → Empty: False",
        "    timeout('idle')                             false  (0:09:30 left)",
        "  stale → Empty: False",
        "    $input.In.co2 > $variable.limit             false  (950.5 > 1000)",
        "      $input.In.co2                             950.5",
        "      $variable.limit                           1000",
        "",
        "Events of this state:",
        "  seen: False",
        "    $input.In.people > 0                        false  (0 > 0)",
        "      $input.In.people                          0",
    ]


def test_explain_lists_keys(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, "--data", data, "room") == {
        "model": "room",
        "version": "1",
        "detectors": [
            {"key": "r-1", "state": "Full", "updated": T + 30_000},
            {"key": "r-2", "state": "Empty", "updated": T + 1},
        ],
        "more": False,
    }
    assert main(["explain", "--data", data, "room"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Name one of them: explain --data FILE room r-1"


def test_explain_lists_a_page_of_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        service = Service(store)
        service.define(bodies(ROOM))
        for number in range(51):
            put(service, f"r-{number:02}", T, people=0)
    found = explained(capsys, "--data", str(tmp_path / "d"), "room")
    assert ([one["key"] for one in found["detectors"]], found["more"]) == (
        [f"r-{n:02}" for n in range(50)],
        True,
    )
    assert main(["explain", "--data", str(tmp_path / "d"), "room"]) == 0
    assert "has more than 50 detectors" in capsys.readouterr().out


def test_explain_a_model_without_a_key(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(capsys, "--data", data, "single")
    assert (found["key"], found["state"], found["transitions"]) == (None, "s", [])


def test_explain_on_the_wall_clock(data: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "wall")) as store:
        service = Service(store)
        service.define(bodies(ROOM))
        text = b'{"id": "k", "people": 1}'
        service.do([Message(MessageKey(INPUT, "a"), text)], T)
    found = explained(capsys, "--data", str(tmp_path / "wall"), "room", "k")
    assert (found["next"], found["taken"]) == ("timer", "left")
    assert found["timers"]["idle"]["secondsLeft"] < -1e6


def test_explain_refuses_what_is_not_there(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--data", data, "pump") == (
        f"error: The data file {data} has no detector model pump; its models: idle, room, single\n"
    )
    assert "has no detector r-9; leave the key out" in refused(capsys, "--data", data, "room", "r-9")
    assert "has no key, and one detector: leave x out" in refused(capsys, "--data", data, "single", "x")
    assert "has no detector; its first message makes it" in refused(capsys, "--data", data, "idle")
    assert "There is no data file" in refused(capsys, "--data", f"{data}-", "room")


def test_explain_knows_detectors_of_older_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        service = Service(store)
        service.define(bodies(ROOM))
        put(service, "k", T, people=0)
        service.define(bodies({**ROOM, "detectorModelDescription": "changed"}))
    said = refused(capsys, "--data", str(tmp_path / "d"), "room", "k")
    assert "version 1 of the model made it, and version 2 runs now" in said
