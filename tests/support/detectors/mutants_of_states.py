"""Mistakes in the order of states, events and conditions."""

from dataclasses import replace
from typing import Any

from iotevents.engine.evaluation import Evaluation
from iotevents.models import (
    EvaluationMethod,
    LifeCycle,
)

from tests.support.detectors.mutations import Mutation, before, nothing, patched, step


def input_again(original: Any) -> Any:
    def changed(one: Any, old: Any, transition: Any) -> None:
        original(one, old, transition)
        step.run_on_input(one, one.model.states[one.state])

    return changed


def no_events_with_a_transition(original: Any) -> Any:
    def changed(one: Any, state: Any) -> Any:
        quiet = replace(state, on_input=())
        taken = step.run_group(one, state.transitions, LifeCycle.ON_INPUT)
        if one.conditions:
            del one.conditions[-len(state.transitions) :]
        return original(one, state if taken is None else quiet)

    return changed


def last_true(original: Any) -> Any:
    return lambda one, state: original(one, replace(state, transitions=state.transitions[::-1]))


def every_transition(original: Any) -> Any:
    def changed(one: Any, events: Any, life_cycle: Any) -> Any:
        taken = original(one, events, life_cycle)
        rest = events[1 + events.index(taken) :] if taken else ()
        if rest and one.conditions is not None:
            del one.conditions[-len(rest) :]
        for event in rest:
            one.holds(event, life_cycle)
        return taken

    return changed


def no_exit(original: Any) -> Any:
    return lambda one, old, transition: original(one, replace(old, on_exit=()), transition)


def quiet_self_transition(original: Any) -> Any:
    def changed(one: Any, old: Any, transition: Any) -> None:
        if transition.next_state != old.name:
            original(one, old, transition)

    return changed


def no_enter_again(original: Any) -> Any:
    def changed(one: Any, events: Any, life_cycle: Any) -> None:
        if life_cycle is not LifeCycle.ON_ENTER or one.detector.state != one.state:
            original(one, events, life_cycle)

    return changed


def no_first_enter(original: Any) -> Any:
    def changed(one: Any, events: Any, life_cycle: Any) -> None:
        if life_cycle is not LifeCycle.ON_ENTER or one.detector.state is not None:
            original(one, events, life_cycle)

    return changed


def no_input_at_first(original: Any) -> Any:
    return lambda one, state: None if one.detector.state is None else original(one, state)


def exit_in_the_new_state(one: Any, old: Any, transition: Any) -> None:
    one.state = transition.next_state


def seen_from_the_start(original: Any) -> Any:
    """Make conditions in BATCH see the variables from before the message (the paper's footnote)."""

    def changed(one: Any, event: Any, life_cycle: Any) -> Any:
        now = one.variables
        if one.model.evaluation_method is EvaluationMethod.BATCH:
            one.variables = one.detector.variables
        held = original(one, event, life_cycle)
        one.variables = now
        return held

    return changed


def error_holds(original: Any) -> Any:
    def changed(one: Any, event: Any, life_cycle: Any) -> Any:
        failures = len(one.failures)
        return original(one, event, life_cycle) or len(one.failures) > failures

    return changed


MUTANTS: dict[str, Mutation] = {
    "onInput runs again after a transition": patched(step, "change_state", input_again),
    "onInput.events do not run when a transition is taken": patched(
        step, "run_on_input", no_events_with_a_transition
    ),
    "the last true transition wins": patched(step, "run_on_input", last_true),
    "transitions after the taken one are evaluated": patched(step, "run_group", every_transition),
    "skipped transitions are not told": patched(Evaluation, "skip_after", nothing),
    "onExit does not run": patched(step, "change_state", no_exit),
    "a transition to the same state changes nothing": patched(step, "change_state", quiet_self_transition),
    "a transition to the same state does not run onEnter": patched(step, "run_group", no_enter_again),
    "a new detector does not run onEnter": patched(step, "run_group", no_first_enter),
    "the creating message is not evaluated in onInput": patched(step, "run_on_input", no_input_at_first),
    "onExit is told as the new state's": patched(step, "change_state", before(exit_in_the_new_state)),
    "BATCH conditions see writes of their group": patched(step, "BATCH", lambda _: None),
    "SERIAL and BATCH swapped": patched(step, "BATCH", lambda _: EvaluationMethod.SERIAL),
    "BATCH hides writes also from the next groups": patched(Evaluation, "holds", seen_from_the_start),
    "an error in a condition counts as true": patched(Evaluation, "holds", error_holds),
}
