"""A detector model: states, their events, and what decides which state is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from iotevents.expressions import AttributePath, Expression
from iotevents.models.actions import Action


class EvaluationMethod(Enum):
    """Whether the conditions of a group see what earlier events of the group wrote.

    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-restrictions-detector-model.html
    """

    BATCH = "BATCH"
    SERIAL = "SERIAL"


class LifeCycle(Enum):
    """When the events of a state are evaluated, in the words of the service's debug log."""

    ON_ENTER = "OnEnter"
    ON_INPUT = "OnInput"
    ON_EXIT = "OnExit"


@dataclass(frozen=True, slots=True)
class StateEvent:
    """Actions for when a condition holds; no condition always holds.

    `next_state` is the state that a transition event leads to, None for other events. `where` is the event's
    path in the definition, such as `states[0].onInput.events[1]`.
    """

    name: str
    condition: Expression | None
    actions: tuple[Action, ...]
    where: str
    next_state: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The events of a state; `on_input` are those without, `transitions` those with a next state."""

    name: str
    on_enter: tuple[StateEvent, ...]
    on_input: tuple[StateEvent, ...]
    transitions: tuple[StateEvent, ...]
    on_exit: tuple[StateEvent, ...]


@dataclass(frozen=True, slots=True)
class DetectorModel:
    """A detector model that is ready to run.

    `inputs` are the names of the inputs that its expressions refer to: their messages are routed to it.
    `key` is the place of the detector's name in each message; without it the model has a single detector.
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
