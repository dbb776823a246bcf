"""What holds for all models and messages, whatever they say."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from iotevents.engine.detector import Detector, DetectorId
from iotevents.models import DetectorModel
from iotevents.recordings.replay import Replay, as_record, replay

from tests.support.detectors.running import Json, models_of_bodies
from tests.support.detectors.worlds import World, world

worlds = st.integers(0, 2**32).map(lambda seed: world(random.Random(seed)))
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner),
    max_leaves=6,
)
some = settings(max_examples=60, deadline=None)


def models_of(one: World) -> list[DetectorModel]:
    return models_of_bodies(one.models, one.inputs)


def records_of(one: World, **options: Any) -> list[Json]:
    return list(replay(models_of(one), one.inputs, one.lines, until=one.until, **options))


@given(worlds)
@some
def test_replay_gives_the_same_again(one: World) -> None:
    assert records_of(one) == records_of(one)


@given(worlds)
@some
def test_replay_gives_the_same_without_trace(one: World) -> None:
    expected = [
        record | {"conditions": []} if "conditions" in record else record for record in records_of(one)
    ]
    assert records_of(one, trace=False) == expected


@given(worlds)
@some
def test_action_ids_are_unique(one: World) -> None:
    ids = [action["id"] for record in records_of(one) for action in record.get("actions", ())]
    assert len(set(ids)) == len(ids)


@given(worlds)
@some
def test_records_are_in_the_order_of_time(one: World) -> None:
    times = [record["time"] for record in records_of(one)]
    assert times == sorted(times)


@given(worlds)
@some
def test_records_of_a_detector_follow_each_other(one: World) -> None:
    """What an evaluation leaves is what the next one finds; no timer is due in the past."""
    states: dict[Any, str | None] = {}
    for record in (record for record in records_of(one) if "trigger" in record):
        detector = record["model"], record["key"]
        assert record["from"] == states.get(detector)
        states[detector] = record["to"]
        assert all(due >= record["time"] for due in record["timers"].values())


@given(worlds, st.integers(0, 25))
@some
def test_split_file_gives_the_same(one: World, cut: int) -> None:
    lines = [line for line in one.lines if "BatchDeleteDetector" not in line.values()]
    lines = [{name: value for name, value in line.items() if name != "messageId"} for line in lines]
    whole, first = (Replay(models_of(one), one.inputs) for _ in range(2))
    expected = taken(whole, lines)
    found = taken(first, lines[:cut])
    second = carried_on(first, one)
    assert found + taken(second, lines[cut:]) == expected


def taken(run: Replay, lines: list[Json]) -> list[Json]:
    return [as_record(entry) for line in lines for entry in run.take(line)]


def carried_on(first: Replay, one: World) -> Replay:
    """Return a second replay that has all that detectors are, by way of JSON, and the clock."""
    kept = first.repository.detectors.items()
    written = json.dumps([[list(found), list(detector)] for found, detector in kept])
    detectors = {DetectorId(*found): Detector(*members) for found, members in json.loads(written)}
    second = Replay(models_of(one), one.inputs, detectors)
    second.now = first.now
    return second


@given(worlds, st.sampled_from(["k1", "k2", "12"]))
@some
def test_detector_does_not_see_others(one: World, key: str) -> None:
    """A detector does the same without the messages of all others, unless they send it some."""
    if "iotEvents" in json.dumps(one.models):
        return
    models = [model for model in models_of(one) if model.key is not None]
    lines = [line for line in one.lines if "payload" in line]
    own = [line for line in lines if str(line["payload"].get("id")) == key]
    clocked = [
        line | {"time": max(other["time"] for other in lines[: lines.index(line) + 1])} for line in own
    ]
    whole = list(replay(models, one.inputs, lines))
    alone = list(replay(models, one.inputs, clocked))
    last = clocked[-1]["time"] if clocked else 0
    assert [one for one in alone if "trigger" in one] == [
        one for one in whole if one.get("key") == key and one["time"] <= last
    ]


@given(anything, anything)
@settings(max_examples=200, deadline=None)
def test_any_payload_gives_records_of_json(x: Any, y: Any) -> None:
    models = models_of_bodies([MODEL], ["In"])
    lines = [
        {"time": time, "inputName": "In", "payload": {"id": "k", "x": x, "y": y}} for time in (0, 90_000)
    ]
    records = list(replay(models, ["In"], lines, until=10**6))
    assert json.loads(json.dumps(records, allow_nan=False)) == records


MODEL: Json = {
    "detectorModelName": "any",
    "roleArn": "arn:role",
    "key": "id",
    "detectorModelDefinition": {
        "initialStateName": "S",
        "states": [
            {
                "stateName": "S",
                "onInput": {
                    "events": [
                        {
                            "eventName": "store",
                            "condition": "triggerType('Message') && $input.In.x != $input.In.y",
                            "actions": [
                                {"setVariable": {"variableName": "v", "value": "$input.In.x"}},
                                {"setVariable": {"variableName": "w", "value": "$variable.v + $input.In.y"}},
                                {"setTimer": {"timerName": "t", "durationExpression": "$input.In.x * 60"}},
                                {"iotTopicPublish": {"mqttTopic": "t/${$input.In.y}"}},
                                {"sns": {"targetArn": "arn:a"}},
                                {
                                    "lambda": {
                                        "functionArn": "arn:f",
                                        "payload": {"contentExpression": "'${$input.In.x}'", "type": "JSON"},
                                    }
                                },
                            ],
                        },
                        {"eventName": "compare", "condition": "$variable.v < $variable.w || timeout('t')"},
                    ]
                },
            }
        ],
    },
}
