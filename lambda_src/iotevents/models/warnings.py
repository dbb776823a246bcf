"""Warnings of a detector model that runs here, but that the service's analysis would not let pass.

Sources: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-analyze-diagnostic-information.html
(structure, service-limits) and https://docs.aws.amazon.com/general/latest/gr/iot-events.html (quotas). Quotas
could be raised on request, so a model beyond them may have run.
"""

from collections.abc import Iterator
from typing import Final

from iotevents.expressions import EvaluationError, Scope
from iotevents.models.actions import MAX_DURATION, MIN_DURATION, ClearTimer, ResetTimer, SetTimer, SetVariable
from iotevents.models.inputs import Violation
from iotevents.models.model import DetectorModel, State, StateEvent

MAX_STATES: Final = 20
MAX_EVENTS: Final = 20
MAX_TRANSITIONS: Final = 20
MAX_ACTIONS: Final = 10
MAX_VARIABLES: Final = 50
MAX_TIMERS: Final = 5
_QUOTA: Final = "AWS's default quota was"


def warnings_of(model: DetectorModel) -> Iterator[Violation]:
    """Yield the warnings of a model, each with its path in the definition."""
    yield from _structure(model)
    yield from _model_quotas(model)
    for index, state in enumerate(model.states.values()):
        yield from _state_quotas(state, f"states[{index}]")
        for event in _events(state):
            yield from _actions(event)


def _structure(model: DetectorModel) -> Iterator[Violation]:
    conditions = [event.condition for state in model.states.values() for event in _events(state)]
    if not any(condition and condition.references.inputs for condition in conditions):
        yield (
            "states",
            "no condition uses an input; AWS's analysis demands one (`Detector Model Definition must use at"
            " least one Input in a condition`), here the model runs",
        )


def _model_quotas(model: DetectorModel) -> Iterator[Violation]:
    actions = [
        action for state in model.states.values() for event in _events(state) for action in event.actions
    ]
    variables = {action.variable for action in actions if isinstance(action, SetVariable)}
    timers = {action.timer for action in actions if isinstance(action, (SetTimer, ResetTimer, ClearTimer))}
    yield from _beyond("states", len(model.states), MAX_STATES, "states")
    yield from _beyond("states", len(variables), MAX_VARIABLES, "variables")
    yield from _beyond("states", len(timers), MAX_TIMERS, "timers of a detector")


def _state_quotas(state: State, path: str) -> Iterator[Violation]:
    for group, events in (
        ("onEnter.events", state.on_enter),
        ("onInput.events", state.on_input),
        ("onExit.events", state.on_exit),
    ):
        yield from _beyond(f"{path}.{group}", len(events), MAX_EVENTS, "events of a state")
    transitions = f"{path}.onInput.transitionEvents"
    yield from _beyond(transitions, len(state.transitions), MAX_TRANSITIONS, "transition events of a state")


def _beyond(path: str, count: int, quota: int, noun: str) -> Iterator[Violation]:
    if count > quota:
        yield path, f"{count} {noun}; {_QUOTA} {quota}"


def _actions(event: StateEvent) -> Iterator[Violation]:
    yield from _beyond(f"{event.where}.actions", len(event.actions), MAX_ACTIONS, "actions of an event")
    for action in event.actions:
        if isinstance(action, SetTimer) and (seconds := _constant(action)) is not None:
            yield from _duration(action, seconds)


def _constant(action: SetTimer) -> float | None:
    """Return the seconds of a timer if they are the same in every evaluation."""
    references = action.duration.references
    if references.reads or references.timers or references.functions or references.inputs:
        return None
    try:
        seconds = action.duration.evaluate(Scope(inputs={}, variables={}))
    except EvaluationError:
        return None
    return seconds if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) else None


def _duration(action: SetTimer, seconds: float) -> Iterator[Violation]:
    whole = int(seconds // 1)
    if MIN_DURATION <= whole <= MAX_DURATION:
        return
    limit = f"at least {MIN_DURATION}" if whole < MIN_DURATION else f"at most {MAX_DURATION:,}"
    yield (
        action.where,
        f"the duration for timer {action.timer!r} should be {limit} seconds, not {whole:,}: the action fails,"
        " and the timer is not set",
    )


def _events(state: State) -> Iterator[StateEvent]:
    yield from (*state.on_enter, *state.on_input, *state.transitions, *state.on_exit)
