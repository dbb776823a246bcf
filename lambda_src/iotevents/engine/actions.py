"""Perform the actions of an event, in order, timers included; a failed action is noted, the others go on."""

from collections.abc import Callable
from typing import Any, Final

from iotevents.engine.action_parameters import ParameterError, parameters_of
from iotevents.engine.action_payload import custom_payload, default_payload
from iotevents.engine.effects import Effect, action_id
from iotevents.engine.evaluation import Evaluation
from iotevents.expressions import (
    UNDEFINED,
    EvaluationError,
    Expression,
    Value,
    describe,
    is_scalar,
    type_name,
)
from iotevents.models import ClearTimer, ExternalAction, ResetTimer, SetTimer, SetVariable, StateEvent
from iotevents.models.actions import MAX_DURATION, MIN_DURATION


class DurationError(ValueError):
    """Invalid duration of a timer; the text says why."""


def perform(evaluation: Evaluation, event: StateEvent) -> None:
    """Run the actions of an event in the order of their list; each sees what the earlier ones wrote."""
    for action in event.actions:
        PERFORM[type(action)](evaluation, event, action)


def set_variable(evaluation: Evaluation, event: StateEvent, action: SetVariable) -> None:
    """Assign a variable; it keeps its old value if the new one is undefined or of a type it cannot hold."""
    try:
        value = action.value.evaluate(evaluation)
    except EvaluationError as error:
        evaluation.fail(action.where, str(error))
        return
    if is_scalar(value):
        evaluation.variables = {**evaluation.variables, action.variable: value}  # type: ignore[dict-item]
    else:
        why = _missing(evaluation, action.value, value)
        evaluation.fail(action.where, f"the variable {action.variable!r} keeps its value: {why}")


def set_timer(evaluation: Evaluation, event: StateEvent, action: SetTimer) -> None:
    """Start a timer, also one that runs; with an invalid duration it goes on as it was."""
    try:
        seconds = action.duration.evaluate(evaluation)
        if seconds is UNDEFINED:
            raise DurationError(_missing(evaluation, action.duration, seconds))
        period = period_of(seconds)
    except (EvaluationError, DurationError) as error:
        evaluation.fail(action.where, f"the timer {action.timer!r} was not set: {error}")
        return
    evaluation.timers = {**evaluation.timers, action.timer: evaluation.now + period}
    evaluation.periods = {**evaluation.periods, action.timer: period}


def reset_timer(evaluation: Evaluation, event: StateEvent, action: ResetTimer) -> None:
    """Start a timer again with its last duration, also a cleared one; one that was never set stays unset."""
    period = evaluation.periods.get(action.timer)
    if period is None:
        evaluation.fail(action.where, f"warning: the timer {action.timer!r} was never set, so it stays unset")
        return
    evaluation.timers = {**evaluation.timers, action.timer: evaluation.now + period}


def clear_timer(evaluation: Evaluation, event: StateEvent, action: ClearTimer) -> None:
    """Delete a timer; its duration is remembered."""
    timers = evaluation.timers
    evaluation.timers = {name: deadline for name, deadline in timers.items() if name != action.timer}


def period_of(seconds: Value) -> int:
    """Return the milliseconds of a duration, which is rounded down to whole seconds.

    Raise DurationError if it is not a number from MIN_DURATION to MAX_DURATION.
    """
    if type(seconds) is not int and type(seconds) is not float:
        actual = type_name(seconds) if isinstance(seconds, (list, dict)) else describe(seconds)
        raise DurationError(f"the duration could not be evaluated to a number, it is {actual}")
    whole = int(seconds // 1)
    if not MIN_DURATION <= whole <= MAX_DURATION:
        size = "less than" if whole < MIN_DURATION else "greater than"
        limit = MIN_DURATION if whole < MIN_DURATION else MAX_DURATION
        raise DurationError(
            f"the duration of {whole} s is {size} {limit}; use {MIN_DURATION} to {MAX_DURATION} seconds"
        )
    return whole * 1000


def send(evaluation: Evaluation, event: StateEvent, action: ExternalAction) -> None:
    """Note what leaves the detector, with the values of this moment; nothing leaves if a value is missing."""
    identifier = action_id(evaluation.model, evaluation.detector, len(evaluation.effects))
    try:
        parameters = parameters_of(evaluation, action)
        payload = _payload(evaluation, event, action, identifier)
    except (EvaluationError, ParameterError) as error:
        evaluation.fail(action.where, f"the action was not performed: {error}")
        return
    kind = action.payload.type if action.payload else None
    evaluation.effects.append(Effect(action.type, event.name, identifier, parameters, payload, kind))


def _payload(
    evaluation: Evaluation, event: StateEvent, action: ExternalAction, identifier: str
) -> str | None:
    if action.type == "iotSiteWise":
        return None
    if action.payload is None:
        return default_payload(evaluation, event, identifier)
    return custom_payload(evaluation, action.payload, action.where)


def _missing(evaluation: Evaluation, expression: Expression, value: Value) -> str:
    if value is not UNDEFINED:
        return f"it cannot hold {describe(value)}"
    references = expression.undefined_references(evaluation)
    return f"undefined: {', '.join(references)}" if references else "its expression is undefined"


PERFORM: Final[dict[type, Callable[[Evaluation, StateEvent, Any], None]]] = {
    SetVariable: set_variable,
    SetTimer: set_timer,
    ResetTimer: reset_timer,
    ClearTimer: clear_timer,
    ExternalAction: send,
}
