"""Mistakes in actions: variables, timers, what goes on after a failure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from iotevents.engine import actions
from iotevents.models import (
    ClearTimer,
    ExternalAction,
    ResetTimer,
    SetTimer,
    SetVariable,
)

from tests.support.detectors.mutations import Mutation, acting, after, before, nothing, patched, step


def stops_at_a_failure(one: Any, event: Any) -> None:
    failures = len(one.failures)
    for action in event.actions:
        if len(one.failures) == failures:
            actions.PERFORM[type(action)](one, event, action)


def sorted_actions(first: bool) -> Callable[[Any], Any]:
    """Actions that leave the detector before, or after, all others of the event."""

    def make(original: Any) -> Any:
        def changed(one: Any, event: Any) -> None:
            ordered = sorted(
                event.actions, key=lambda action: isinstance(action, ExternalAction) is not first
            )
            original(one, replace(event, actions=tuple(ordered)))

        return changed

    return make


def values_of_the_start(original: Any) -> Any:
    def changed(one: Any, event: Any, action: Any) -> None:
        now, one.variables = one.variables, one.detector.variables
        original(one, event, action)
        if one.variables is one.detector.variables:
            one.variables = now
        else:
            one.variables = {**now, action.variable: one.variables[action.variable]}

    return changed


def undefined_removes(original: Any) -> Any:
    def changed(one: Any, event: Any, action: Any) -> None:
        failures = len(one.failures)
        original(one, event, action)
        if len(one.failures) > failures:
            one.variables = {name: value for name, value in one.variables.items() if name != action.variable}

    return changed


def null_is_stored(original: Any) -> Any:
    return lambda value: value is None or original(value)


def whole_deadlines(one: Any, event: Any, action: Any) -> None:
    one.timers = {name: due // 1000 * 1000 for name, due in one.timers.items()}


def running_goes_on(original: Any) -> Any:
    def changed(one: Any, event: Any, action: Any) -> None:
        if action.timer not in one.timers:
            original(one, event, action)

    return changed


def failure_clears(original: Any) -> Any:
    def changed(one: Any, event: Any, action: Any) -> None:
        failures = len(one.failures)
        original(one, event, action)
        if len(one.failures) > failures:
            actions.clear_timer(one, event, action)

    return changed


def forget_period(one: Any, event: Any, action: Any) -> None:
    one.periods = {name: period for name, period in one.periods.items() if name != action.timer}


def never_set_runs(original: Any) -> Any:
    def changed(one: Any, event: Any, action: Any) -> None:
        one.periods = {action.timer: 60_000, **one.periods}
        original(one, event, action)

    return changed


def forget_timers(one: Any, old: Any, transition: Any) -> None:
    one.timers = {}


MUTANTS: dict[str, Mutation] = {
    "a failed action stops the others": patched(step, "perform", lambda _: stops_at_a_failure),
    "what leaves the detector goes first": patched(step, "perform", sorted_actions(True)),
    "what leaves the detector goes last": patched(step, "perform", sorted_actions(False)),
    "values see the variables of the start": acting(SetVariable, values_of_the_start),
    "a variable set to undefined is removed": acting(SetVariable, undefined_removes),
    "a variable can be null": patched(actions, "is_scalar", null_is_stored),
    "timers are cut to seconds": acting(SetTimer, after(whole_deadlines)),
    "reset timers are cut to seconds": acting(ResetTimer, after(whole_deadlines)),
    "durations are rounded": patched(
        actions, "period_of", lambda original: lambda s: original(round(s) if isinstance(s, float) else s)
    ),
    "durations are exact": patched(
        actions, "period_of", lambda original: lambda s: original(s) and int(s * 1000)
    ),
    "a duration under a minute is a minute": patched(
        actions,
        "period_of",
        lambda original: lambda s: original(max(s, 60) if type(s) in (int, float) else s),
    ),
    "a longer duration than allowed is taken": patched(actions, "MAX_DURATION", lambda found: found + 1),
    "setTimer leaves a running timer alone": acting(SetTimer, running_goes_on),
    "a failed setTimer clears the timer": acting(SetTimer, failure_clears),
    "resetTimer starts what was never set": acting(ResetTimer, never_set_runs),
    "resetTimer takes running timers only": acting(
        ResetTimer,
        lambda original: (
            lambda one, event, action: action.timer in one.timers and original(one, event, action)
        ),
    ),
    "clearTimer forgets the duration": acting(ClearTimer, after(forget_period)),
    "clearTimer does nothing": acting(ClearTimer, nothing),
    "a transition clears all timers": patched(step, "change_state", before(forget_timers)),
}
