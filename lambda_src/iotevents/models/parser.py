"""Parse a CreateDetectorModel request body into a detector model.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_CreateDetectorModel.html and the pages
of its members
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from iotevents.expressions import Expression
from iotevents.models.action_parser import read_actions
from iotevents.models.inputs import MAX_JSON_PATH_LENGTH, Violation
from iotevents.models.model import DetectorModel, EvaluationMethod, State, StateEvent
from iotevents.models.reader import Reader, join
from iotevents.models.rules import check_rules

NAME: Final = re.compile(r"[a-zA-Z0-9_-]+")
MAX_NAME: Final = 128
MAX_DESCRIPTION: Final = 1024
MAX_ROLE_ARN: Final = 2048
MAX_CONDITION: Final = 512

_BODY: Final = (
    "detectorModelName",
    "detectorModelDefinition",
    "detectorModelDescription",
    "key",
    "roleArn",
    "evaluationMethod",
    "tags",
)
DEFINITION: Final = "detectorModelDefinition"


def read_model(
    body: Any, inputs: Collection[str] | None = None, *, version: str = "1", role_required: bool = True
) -> tuple[DetectorModel | None, list[Violation]]:
    """Read a CreateDetectorModel body; return the model, or None and all violations.

    `inputs` are the names of the existing inputs; with None the model may refer to any input. The API
    requires a role; files need none, as no evaluation uses it. The paths of violations below
    `detectorModelDefinition` leave that name out, as the service's do.
    """
    reader = Reader()
    members = reader.members("", body, _BODY)
    _read_tags(reader, members.get("tags"))
    states, initial = _read_definition(reader, members.get(DEFINITION))
    model = DetectorModel(
        name=reader.text("detectorModelName", members.get("detectorModelName"), MAX_NAME, pattern=NAME),
        version=version,
        description=_optional_text(reader, members, "detectorModelDescription", MAX_DESCRIPTION),
        role_arn=reader.text("roleArn", members.get("roleArn"), MAX_ROLE_ARN, required=role_required),
        key=reader.path("key", members.get("key"), MAX_JSON_PATH_LENGTH),
        evaluation_method=_method(reader, members.get("evaluationMethod")),
        states=_by_name(states),
        initial_state=initial,
        inputs=frozenset().union(*(expression.references.inputs for _, expression in reader.expressions)),
    )
    check_rules(reader, states, initial, inputs)
    return (None, reader.violations) if reader.violations else (model, [])


def _by_name(states: list[State]) -> Mapping[str, State]:
    return {state.name: state for state in states}


def _optional_text(reader: Reader, members: Mapping[str, Any], name: str, longest: int) -> str:
    return reader.text(name, members.get(name), longest, shortest=0, required=False)


def _method(reader: Reader, value: Any) -> EvaluationMethod:
    return EvaluationMethod(reader.choice("evaluationMethod", value, ("BATCH", "SERIAL"), default="BATCH"))


def _read_tags(reader: Reader, value: Any) -> None:
    for path, tag in reader.entries("tags", value):
        members = reader.members(path, tag, ("key", "value"))
        reader.text(join(path, "key"), members.get("key"), 128)
        reader.text(join(path, "value"), members.get("value"), 256, shortest=0)


def _read_definition(reader: Reader, value: Any) -> tuple[list[State], str]:
    members = reader.members(DEFINITION, value, ("states", "initialStateName"))
    if not isinstance(value, dict):
        return [], ""
    if not members.get("states"):
        reader.wrong("states", "needs at least one state" if "states" in members else "is missing")
    entries = reader.entries("states", members.get("states"))
    states = [_read_state(reader, path, entry) for path, entry in entries]
    return states, reader.text("initialStateName", members.get("initialStateName"), MAX_NAME)


def _read_state(reader: Reader, path: str, value: Any) -> State:
    members = reader.members(path, value, ("stateName", "onInput", "onEnter", "onExit"))
    name = ""
    if isinstance(value, dict):
        name = reader.text(join(path, "stateName"), members.get("stateName"), MAX_NAME)
    on_input = _group(reader, join(path, "onInput"), members.get("onInput"), ("events", "transitionEvents"))
    on_enter = _group(reader, join(path, "onEnter"), members.get("onEnter"), ("events",))
    on_exit = _group(reader, join(path, "onExit"), members.get("onExit"), ("events",))
    return State(
        name,
        on_enter=_events(reader, join(path, "onEnter.events"), on_enter.get("events")),
        on_input=_events(reader, join(path, "onInput.events"), on_input.get("events")),
        transitions=_transitions(
            reader, join(path, "onInput.transitionEvents"), on_input.get("transitionEvents")
        ),
        on_exit=_events(reader, join(path, "onExit.events"), on_exit.get("events")),
    )


def _group(reader: Reader, path: str, value: Any, known: tuple[str, ...]) -> dict[str, Any]:
    return {} if value is None else reader.members(path, value, known)


def _events(reader: Reader, path: str, value: Any) -> tuple[StateEvent, ...]:
    return tuple(_event(reader, place, entry) for place, entry in reader.entries(path, value))


def _event(reader: Reader, path: str, value: Any) -> StateEvent:
    members = reader.members(path, value, ("eventName", "condition", "actions"))
    return StateEvent(
        _event_name(reader, path, members, value),
        _condition(reader, path, members.get("condition")),
        read_actions(reader, join(path, "actions"), members.get("actions")),
        path,
    )


def _transitions(reader: Reader, path: str, value: Any) -> tuple[StateEvent, ...]:
    return tuple(_transition(reader, place, entry) for place, entry in reader.entries(path, value))


def _transition(reader: Reader, path: str, value: Any) -> StateEvent:
    members = reader.members(path, value, ("eventName", "condition", "actions", "nextState"))
    name = _event_name(reader, path, members, value)
    if isinstance(value, dict) and "condition" not in members:
        reader.wrong(join(path, "condition"), "is missing; a transition event needs one")
    next_state = ""
    if isinstance(value, dict):
        next_state = reader.text(join(path, "nextState"), members.get("nextState"), MAX_NAME)
    condition = _condition(reader, path, members.get("condition"))
    actions = read_actions(reader, join(path, "actions"), members.get("actions"))
    return StateEvent(name, condition, actions, path, next_state)


def _event_name(reader: Reader, path: str, members: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return reader.text(join(path, "eventName"), members.get("eventName"), MAX_NAME, shortest=0)


def _condition(reader: Reader, path: str, value: Any) -> Expression | None:
    """Return the condition; None, which is always true, if it is missing or empty."""
    if value is None or value == "":
        return None
    return reader.expression(join(path, "condition"), value, MAX_CONDITION)
