"""Models that run here, and of which AWS's analysis would have warned."""

from typing import Any

import pytest
from iotevents.models import read_model
from iotevents.models.warnings import warnings_of

SEEN = {"eventName": "seen", "condition": "$input.In.a == 1", "actions": []}


def model(*actions: dict[str, Any], events: int = 1, transitions: int = 0, states: int = 1) -> dict[str, Any]:
    first: dict[str, Any] = {
        "stateName": "S0",
        "onInput": {
            "events": [{**SEEN, "actions": [*actions]}, *[SEEN] * (events - 1)],
            "transitionEvents": [{**SEEN, "nextState": "S0"}] * transitions,
        },
    }
    others = [{"stateName": f"S{number}"} for number in range(1, states)]
    return {
        "detectorModelName": "M",
        "roleArn": "r",
        "detectorModelDefinition": {"initialStateName": "S0", "states": [first, *others]},
    }


def warned(body: dict[str, Any]) -> list[tuple[str, str]]:
    found, violations = read_model(body)
    assert found is not None, violations
    return list(warnings_of(found))


def timer(**members: Any) -> dict[str, Any]:
    return {"setTimer": {"timerName": "t", **members}}


def test_model_within_the_quotas_has_no_warning() -> None:
    body = model(*[timer(seconds=60)] * 10, events=20, transitions=20, states=20)
    assert warned(body) == []


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"seconds": 59}, "at least 60 seconds, not 59"),
        ({"durationExpression": "59.9"}, "at least 60 seconds, not 59"),
        ({"durationExpression": "10 * 3"}, "at least 60 seconds, not 30"),
        ({"durationExpression": "31622401"}, "at most 31,622,400 seconds, not 31,622,401"),
    ],
)
def test_constant_duration_out_of_range(members: dict[str, Any], text: str) -> None:
    ((path, warning),) = warned(model(timer(**members)))
    assert path == "states[0].onInput.events[0].actions[0].setTimer"
    assert text in warning


@pytest.mark.parametrize("text", ["60.9", "$input.In.a", "$variable.v + 1", "31622400", "1 / 0", "'x'"])
def test_duration_that_may_be_right(text: str) -> None:
    setting = {"setVariable": {"variableName": "v", "value": "1"}}
    assert warned(model(setting, timer(durationExpression=text))) == []


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        (model(states=21), "states", "21 states; AWS's default quota was 20"),
        (model(events=21), "states[0].onInput.events", "21 events of a state; AWS's default quota was 20"),
        (
            model(transitions=21),
            "states[0].onInput.transitionEvents",
            "21 transition events of a state; AWS's default quota was 20",
        ),
        (
            model(*[timer(seconds=60)] * 11),
            "states[0].onInput.events[0].actions",
            "11 actions of an event; AWS's default quota was 10",
        ),
        (
            model(*[{"setTimer": {"timerName": f"t{number}", "seconds": 60}} for number in range(6)]),
            "states",
            "6 timers of a detector; AWS's default quota was 5",
        ),
    ],
)
def test_model_beyond_a_quota(body: dict[str, Any], path: str, text: str) -> None:
    assert warned(body) == [(path, text)]


def test_condition_without_input_is_warned_of() -> None:
    body = model({"setVariable": {"variableName": "v", "value": "$input.In.a"}})
    body["detectorModelDefinition"]["states"][0]["onInput"]["events"][0].pop("condition")
    ((path, text),) = warned(body)
    assert path == "states"
    assert text.startswith("no condition uses an input; AWS's analysis demands one")


def test_model_that_names_no_input_is_refused() -> None:
    body = model()
    body["detectorModelDefinition"]["states"][0]["onInput"]["events"][0].pop("condition")
    assert read_model(body) == (None, [("states", "no expression uses an input; a condition must")])


def test_unknown_member_says_which_is_meant() -> None:
    body = model()
    body["detectorModelDefinition"]["states"][0]["onInput"]["transitionEvent"] = []
    _, ((path, text),) = read_model(body)
    assert path == "states[0].onInput.transitionEvent"
    assert text.startswith("is not known here; did you mean transitionEvents? allowed: ")
