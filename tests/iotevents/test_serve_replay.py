"""By the command line: `serve` with a journal and the clock of messages, and then `replay` on the journal."""

import json
import signal
from random import Random
from typing import Any, NamedTuple

import pytest

from local.demo.telemetry import take
from tests.iotevents.test_live_replay_http import ROOMS
from tests.support.detectors.cases import exact
from tests.support.iotevents.calls import ask, delete, deleted, describe, message, put, update, updated
from tests.support.iotevents.models import body, event, set_timer, sns, state, transition
from tests.support.iotevents.served import run, serving
from tests.support.iotevents.traces import Json

MODEL = "RoomVentilation"
WATCH = body(
    state(
        "Quiet",
        event("$input.RoomTelemetry.co2 > 900", sns(), set_timer("loud", "120"), name="loud"),
        transition("timeout('loud')", "Quiet", sns(), name="over"),
    ),
    detectorModelName="Watch",
    key="room",
)
"""Beside the example: many timers, and actions with the default payload."""


class Told(NamedTuple):
    """What the commands print, and what the API answered before the server ended."""

    records: list[Json]
    actions: list[Json]
    explained: dict[str, Json]
    described: dict[str, Json]
    listed: dict[str, str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("served")
    journal, data = folder / "journal.jsonl", folder / "data.db"
    documents = [json.loads(file.read_text()) for file in sorted(ROOMS.glob("*.json"))]
    with serving(folder, "--clock", "message", "--journal", journal, models=[*documents, WATCH]) as served:
        talk(served.url)
        listed = ask(served.url, f"/detectors/{MODEL}").document["detectorSummaries"]
        states = {one["keyValue"]: one["state"]["stateName"] for one in listed}
        described = {key: describe(served.url, MODEL, key).document["detector"] for key in states}
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(20) == 0
    records = printed("replay", "--definitions", folder / "definitions", "--json", journal)
    actions = printed("actions", "list", "--data", data, "--json")
    explained = {key: printed("explain", "--data", data, "--json", MODEL, key)[0] for key in states}
    return Told(records, actions, explained, described, states)


def talk(url: str) -> None:
    """Bring three rooms' telemetry of two days, by calls of 1 to 10, with changes in between."""
    source, readings = Random(3), take(1500, 3)
    while readings:
        count = source.randint(1, 10)
        together, readings = readings[:count], readings[count:]
        messages = [
            message(
                f"{one.room}-{one.time}",
                one.document,
                "RoomTelemetry",
                timestamp={"timeInMillis": one.time},
            )
            for one in together
        ]
        assert put(url, *messages).entries == []
        if source.random() < 0.05:
            room = together[0].room
            assert update(url, updated("u", MODEL, room, "Airing", {}, {"absence": 90})).status == 200
        if source.random() < 0.02:
            assert delete(url, deleted("d", MODEL, together[-1].room)).status == 200


def printed(*arguments: Any) -> list[Json]:
    """Return the objects that a command prints, one a line."""
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_replay_ends_in_the_detectors_of_the_server(told: Told) -> None:
    left = {one["key"]: one for one in told.records if one["model"] == MODEL}
    assert {key: one["to"] for key, one in left.items() if one["to"]} == told.listed
    for key, explained in told.explained.items():
        there = left[key]
        assert explained["state"] == there["to"]
        assert explained["updated"] == there["time"]
        assert exact(explained["variables"]) == exact(there["variables"])
        assert {name: one["due"] for name, one in explained["timers"].items()} == there["timers"]
        state = told.described[key]["state"]
        assert state["stateName"] == there["to"]
        assert {one["name"]: one["timestamp"] for one in state["timers"]} == {
            name: due // 1000 for name, due in there["timers"].items()
        }
        assert told.described[key]["lastUpdateTime"] == there["time"] / 1000


def test_replay_asks_for_the_actions_of_the_server(told: Told) -> None:
    named = ("type", "eventName", "id", "parameters", "payload")
    asked = [
        [one["time"], one["model"], one["key"], *(action[name] for name in named)]
        for one in told.records
        for action in one["actions"]
    ]
    kept = [[one["time"], one["model"], one["key"], *(one[name] for name in named)] for one in told.actions]
    assert len(kept) > 100
    assert exact(kept) == exact(asked)


def test_replay_took_everything(told: Told) -> None:
    triggers = [one["trigger"] for one in told.records]
    messages = {one["messageId"] for one in told.records if one["trigger"] == "message"}
    assert len(messages) == 1500
    assert {"operation", "timer"} <= {*triggers}
    assert any(one["to"] is None for one in told.records)
