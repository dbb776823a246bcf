"""Detector models: states, their events, and the transitions between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from iotevents.expressions import AttributePath, Expression
from iotevents.models.actions import Action


class EvaluationMethod(Enum):
    """Visibility of variables in a group: with SERIAL conditions see what earlier events of the group wrote.

    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-restrictions-detector-model.html
    """

    BATCH = "BATCH"
    SERIAL = "SERIAL"


class LifeCycle(Enum):
    """Occasion on which events of a state are evaluated, in the terms of the service's debug log."""

    ON_ENTER = "OnEnter"
    ON_INPUT = "OnInput"
    ON_EXIT = "OnExit"


@dataclass(frozen=True, slots=True)
class StateEvent:
    """Event of a state: a condition and the actions to perform if it is true; no condition is always true.

    `next_state` is the target of a transition event, None for other events. `where` is the event's path in
    the definition, such as `states[0].onInput.events[1]`.
    """

    name: str
    condition: Expression | None
    actions: tuple[Action, ...]
    where: str
    next_state: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """State with its events; those of onInput are `on_input` without, `transitions` with a next state."""

    name: str
    on_enter: tuple[StateEvent, ...]
    on_input: tuple[StateEvent, ...]
    transitions: tuple[StateEvent, ...]
    on_exit: tuple[StateEvent, ...]


@dataclass(frozen=True, slots=True)
class DetectorModel:
    """Detector model that is ready to run.

    `inputs` are the names of the inputs that its expressions refer to: their messages are routed to it.
    `key` is the path of the detector's key in each payload; without it the model has a single detector.
    """

    name: str
    version: str
    description: str
    role_arn: str
    key: AttributePath | None
    evaluation_method: EvaluationMethod
    states: Mapping[str, State]
    initial_state: str
    inputs: frozenset[str]
