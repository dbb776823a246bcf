"""Small detector models: bodies made of a few words, and detectors that are driven through them."""

from collections.abc import Sequence
from typing import Any

from iotevents.engine import TIMER, MessageEvent, Step, step
from iotevents.engine.detector import Detector, new_detector, next_deadline
from iotevents.models import DetectorModel, read_model

Document = dict[str, Any]
INPUT = "In"
ALWAYS = f"isUndefined($input.{INPUT}.never)"
"""True, and uses an input: each model needs such a condition."""


def set_variable(name: str, value: str) -> Document:
    return {"setVariable": {"variableName": name, "value": value}}


def set_timer(name: str, duration: str = "60") -> Document:
    return {"setTimer": {"timerName": name, "durationExpression": duration}}


def reset_timer(name: str) -> Document:
    return {"resetTimer": {"timerName": name}}


def clear_timer(name: str) -> Document:
    return {"clearTimer": {"timerName": name}}


def sns(**members: Any) -> Document:
    return {"sns": {"targetArn": "arn:aws:sns:eu-west-1:123456789012:t", **members}}


def content(expression: str, kind: str = "STRING") -> Document:
    return {"contentExpression": expression, "type": kind}


def event(condition: str | None, *actions: Document, name: str = "e") -> Document:
    return {"eventName": name, "condition": condition, "actions": list(actions)}


def transition(condition: str, target: str, *actions: Document, name: str = "t") -> Document:
    return {**event(condition, *actions, name=name), "nextState": target}


def state(
    name: str,
    *on_input: Document,
    enter: Sequence[Document] = (),
    exit: Sequence[Document] = (),
) -> Document:
    """Return a state; those of the events that have a next state are transition events."""
    return {
        "stateName": name,
        "onEnter": {"events": list(enter)},
        "onInput": {
            "events": [one for one in on_input if "nextState" not in one],
            "transitionEvents": [one for one in on_input if "nextState" in one],
        },
        "onExit": {"events": list(exit)},
    }


def body(*states: Document, **members: Any) -> Document:
    """Return a CreateDetectorModel body; the first state is the initial one."""
    return {
        "detectorModelName": "m",
        "detectorModelDefinition": {"states": list(states), "initialStateName": states[0]["stateName"]},
        "roleArn": "arn:aws:iam::123456789012:role/r",
        "key": "id",
        **members,
    }


def model(*states: Document, **members: Any) -> DetectorModel:
    """Return the model of a body that is right."""
    found, violations = read_model(body(*states, **members))
    assert violations == []
    assert found is not None
    return found


class Driver:
    """One detector of a model; its clock moves only when it is told to."""

    def __init__(self, model: DetectorModel, *, trace: bool = True) -> None:
        self.model = model
        self.detector: Detector = new_detector("k", "0", 0)
        self.now = 0
        self._trace = trace

    def send(self, **payload: Any) -> Step:
        """Have a message of INPUT evaluated."""
        return self.send_to(INPUT, **payload)

    def send_to(self, name: str, **payload: Any) -> Step:
        """Have a message of another input evaluated."""
        return self._step(MessageEvent(name, {"id": "k", **payload}, f"id-{self.detector.version}"))

    def fire(self) -> Step:
        """Let time pass to the next deadline, and have it evaluated."""
        due = next_deadline(self.detector)
        assert due is not None
        self.now = due
        return self._step(TIMER)

    def _step(self, cause: Any) -> Step:
        done = step(self.model, self.detector, cause, self.now, trace=self._trace)
        self.detector = done.detector
        return done

    @property
    def state(self) -> str | None:
        return self.detector.state

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.detector.variables)
