"""Mistakes that one could make in the engine: each replaces one function, method, constant or table entry."""

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from iotevents import fleet, routing, seen_messages
from iotevents.engine import payload, perform, timers
from iotevents.engine.evaluation import Evaluation
from iotevents.expressions import UNDEFINED, Trigger
from iotevents.fleet import Fleet
from iotevents.models import (
    ClearTimer,
    EvaluationMethod,
    ExternalAction,
    LifeCycle,
    ResetTimer,
    SetTimer,
    SetVariable,
)
from iotevents.replay import Replay
from iotevents.seen_messages import SeenMessages

step: Any = import_module("iotevents.engine.step")
"""The module; the package gives its function this name."""

Mutation = Callable[[pytest.MonkeyPatch], None]


def patched(target: Any, name: str, make: Callable[[Any], Any]) -> Mutation:
    """A function, method or constant made from the one that is there."""
    return lambda patch: patch.setattr(target, name, make(getattr(target, name)))


def acting(kind: type, make: Callable[[Any], Any]) -> Mutation:
    """Another way to perform one type of action."""
    return lambda patch: patch.setitem(perform.PERFORM, kind, make(perform.PERFORM[kind]))


def after(change: Callable[..., None]) -> Callable[[Any], Any]:
    """What is there, and then a change."""

    def make(original: Any) -> Any:
        def changed(*arguments: Any, **named: Any) -> Any:
            result = original(*arguments, **named)
            change(*arguments)
            return result

        return changed

    return make


def before(change: Callable[..., None]) -> Callable[[Any], Any]:
    """A change, and then what is there."""

    def make(original: Any) -> Any:
        def changed(*arguments: Any, **named: Any) -> Any:
            change(*arguments)
            return original(*arguments, **named)

        return changed

    return make


def nothing(original: Any) -> Any:
    return lambda *arguments, **named: None


def started(change: Callable[[Any, Any, Any], None]) -> Mutation:
    """An evaluation that begins with something else in it; the change gets it, the detector and the cause."""
    return patched(
        Evaluation, "__init__", after(lambda one, model, detector, cause, now: change(one, detector, cause))
    )


def on_timer(change: Callable[[Any, Any], None]) -> Mutation:
    def change_it(one: Any, detector: Any, cause: Any) -> None:
        if one.trigger is Trigger.TIMER:
            change(one, detector)

    return started(change_it)


# --- states and events


def input_again(original: Any) -> Any:
    def changed(one: Any, old: Any, transition: Any) -> None:
        original(one, old, transition)
        step.run_on_input(one, one.model.states[one.state])

    return changed


def no_events_with_a_transition(original: Any) -> Any:
    def changed(one: Any, state: Any) -> Any:
        quiet = replace(state, on_input=())
        taken = step._first_true(one, state.transitions)
        if one.conditions:
            del one.conditions[-len(state.transitions) :]
        return original(one, state if taken is None else quiet)

    return changed


def last_true(original: Any) -> Any:
    return lambda one, transitions: original(one, transitions[::-1])


def every_transition(original: Any) -> Any:
    def changed(one: Any, transitions: Any) -> Any:
        true = [event for event in transitions if one.holds(event, LifeCycle.ON_INPUT)]
        return true[0] if true else None

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
    """The footnote of the paper: in BATCH, conditions see the variables from before the message."""

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


# --- actions


def stops_at_a_failure(one: Any, event: Any) -> None:
    failures = len(one.failures)
    for action in event.actions:
        if len(one.failures) == failures:
            perform.PERFORM[type(action)](one, event, action)


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
            perform.clear_timer(one, event, action)

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


# --- payloads


def in_default_payload(change: Callable[[Any], None]) -> Mutation:
    """A default payload with one thing changed in it; the change gets the decoded body."""

    def make(original: Any) -> Any:
        def changed(one: Any, event: Any, action_id: str) -> Any:
            body = json.loads(original(one, event, action_id))
            change(body)
            return json.dumps(body)

        return changed

    return patched(perform, "default_payload", make)


def quoted(original: Any) -> Any:
    return json.dumps


# --- detectors and messages


def merged_payloads(one: Any, detector: Any, cause: Any) -> None:
    if one.current_input is not None:
        old = detector.inputs.get(one.current_input, {})
        one.inputs = {**one.inputs, one.current_input: {**old, **cause.payload}}


def one_timer_at_a_time(one: Any, detector: Any) -> None:
    first = min(one.expired)
    one.timers = {**one.timers, **{name: one.now for name in one.expired if name != first}}
    one.expired = {first}


class Once(set[str]):
    """Says that a name is in it a single time."""

    def __contains__(self, name: object) -> bool:
        there = super().__contains__(name)
        self.discard(str(name))
        return there


def asked_once(one: Any, detector: Any) -> None:
    one.expired = Once(one.expired)


def last_input_is_current(one: Any, detector: Any) -> None:
    one.current_input = next(reversed(detector.inputs), None)


def trigger_is_message(one: Any, detector: Any) -> None:
    one.trigger = Trigger.MESSAGE


def no_inputs(one: Any, detector: Any) -> None:
    one.inputs = {}


def without(*places: int) -> Callable[[Any], Any]:
    """Recognises repeated messages without looking at some of model, key, input and messageId."""

    def make(original: Any) -> Any:
        def changed(one: Any, key: Any, now: int) -> Any:
            return original(
                one, tuple("" if place in places else part for place, part in enumerate(key)), now
            )

        return changed

    return make


def refreshed(original: Any) -> Any:
    def changed(one: Any, key: Any, now: int) -> Any:
        new = original(one, key, now)
        one._recent[key] = now
        return new

    return changed


def keys_as_text(original: Any) -> Any:
    def changed(path: Any, found: Any) -> str:
        value = path.value(found)
        if value is UNDEFINED or not routing.KEY_VALUE.fullmatch(str(value)):
            raise routing.KeyValueError("")
        return str(value)

    return changed


def only_strings(original: Any) -> Any:
    def changed(path: Any, found: Any) -> Any:
        if not isinstance(path.value(found), str):
            raise routing.KeyValueError("")
        return original(path, found)

    return changed


def unsorted_routes(original: Any) -> Any:
    return lambda models: {name: some[::-1] for name, some in original(models).items()}


def timers_after_messages(original: Any) -> Any:
    def changed(one: Any, until: int) -> Any:
        return original(one, until - 1)

    return changed


def back_in_time(original: Any) -> Any:
    def changed(one: Any, line: Any) -> Any:
        yield from original(one, line)
        one.now = line["time"]

    return changed


def kept(*members: str) -> Callable[[Any], Any]:
    """BatchUpdateDetector that leaves something as it was."""

    def make(original: Any) -> Any:
        def changed(model: Any, detector: Any, new: Any, now: int) -> Any:
            old = {name: getattr(detector, name) for name in members}
            return original(model, detector, new, now)._replace(**old)

        return changed

    return make


def merged(member: str) -> Callable[[Any], Any]:
    """BatchUpdateDetector that adds to what there is."""

    def make(original: Any) -> Any:
        def changed(model: Any, detector: Any, new: Any, now: int) -> Any:
            made = original(model, detector, new, now)
            return made._replace(**{member: {**getattr(detector, member), **getattr(made, member)}})

        return changed

    return make


def deleted_comes_back(original: Any) -> Any:
    def changed(one: Any, found: Any, request_id: str, now: int) -> Any:
        detector = one.detectors.get(found)
        outcome = original(one, found, request_id, now)
        if detector is not None:
            one.detectors[found] = detector
        return outcome

    return changed


def fed_back_at_once(original: Any) -> Any:
    def changed(one: Any, outcomes: Any, now: int) -> None:
        original(one, outcomes, now)
        outcomes.sort(key=lambda outcome: getattr(getattr(outcome, "model", None), "name", ""))

    return changed


def any_input(original: Any) -> Any:
    def changed(one: Any, message: Any, now: int, outcomes: Any) -> None:
        one._inputs |= {message.input}
        original(one, message, now, outcomes)

    return changed


MUTANTS: dict[str, Mutation] = {
    "onInput runs again after a transition": patched(step, "change_state", input_again),
    "onInput.events do not run when a transition is taken": patched(
        step, "run_on_input", no_events_with_a_transition
    ),
    "the last true transition wins": patched(step, "_first_true", last_true),
    "transitions after the taken one are evaluated": patched(step, "_first_true", every_transition),
    "skipped transitions are not told": patched(Evaluation, "skip", nothing),
    "onExit does not run": patched(step, "change_state", no_exit),
    "a transition to the same state changes nothing": patched(step, "change_state", quiet_self_transition),
    "a transition to the same state does not run onEnter": patched(step, "_run_group", no_enter_again),
    "a new detector does not run onEnter": patched(step, "_run_group", no_first_enter),
    "the creating message is not evaluated in onInput": patched(step, "run_on_input", no_input_at_first),
    "onExit is told as the new state's": patched(step, "change_state", before(exit_in_the_new_state)),
    "BATCH conditions see writes of their group": patched(step, "BATCH", lambda _: None),
    "SERIAL and BATCH swapped": patched(step, "BATCH", lambda _: EvaluationMethod.SERIAL),
    "BATCH hides writes also from the next groups": patched(Evaluation, "holds", seen_from_the_start),
    "an error in a condition counts as true": patched(Evaluation, "holds", error_holds),
    "a failed action stops the others": patched(step, "perform", lambda _: stops_at_a_failure),
    "what leaves the detector goes first": patched(step, "perform", sorted_actions(True)),
    "what leaves the detector goes last": patched(step, "perform", sorted_actions(False)),
    "values see the variables of the start": acting(SetVariable, values_of_the_start),
    "a variable set to undefined is removed": acting(SetVariable, undefined_removes),
    "a variable can be null": patched(perform, "is_scalar", null_is_stored),
    "timers are cut to seconds": acting(SetTimer, after(whole_deadlines)),
    "reset timers are cut to seconds": acting(ResetTimer, after(whole_deadlines)),
    "durations are rounded": patched(
        perform, "period_of", lambda original: lambda s: original(round(s) if isinstance(s, float) else s)
    ),
    "durations are exact": patched(
        perform, "period_of", lambda original: lambda s: original(s) and int(s * 1000)
    ),
    "a duration under a minute is a minute": patched(
        perform,
        "period_of",
        lambda original: lambda s: original(max(s, 60) if type(s) in (int, float) else s),
    ),
    "a longer duration than allowed is taken": patched(timers, "MAX_DURATION", lambda found: found + 1),
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
    "remembered inputs are lost on a timer": on_timer(no_inputs),
    "timeout is true once": on_timer(asked_once),
    "timers due together run out one by one": on_timer(one_timer_at_a_time),
    "currentInput on a timer is the last input": on_timer(last_input_is_current),
    "a timer counts as a message": on_timer(trigger_is_message),
    "a payload is merged into the former one": started(merged_payloads),
    "the default payload lacks the key": in_default_payload(
        lambda body: body["payload"]["detector"].pop("keyValue", 0)
    ),
    "the default payload's version is a number": in_default_payload(
        lambda body: body["payload"]["detector"].update(detectorModelVersion=1)
    ),
    "the default payload's time is in seconds": in_default_payload(
        lambda body: body.update(eventTime=body["eventTime"] // 1000)
    ),
    "the default payload's variables are text": in_default_payload(
        lambda body: body["payload"]["state"].update(
            variables={name: str(value) for name, value in body["payload"]["state"]["variables"].items()}
        )
    ),
    "the default payload lacks the timers": in_default_payload(
        lambda body: body["payload"]["state"].update(timers={})
    ),
    "the default payload names an input on a timer": patched(
        payload,
        "trigger_details",
        lambda original: lambda one: {"inputName": next(iter(one.inputs), "")} | original(one),
    ),
    "STRING payloads are JSON": patched(payload, "text_of", quoted),
    "a payload of type JSON may be anything": patched(payload, "_is_json", lambda _: lambda text: True),
    "action ids repeat in an evaluation": patched(
        perform, "action_id", lambda original: lambda model, one, index: original(model, one, 0)
    ),
    "action ids repeat in a detector": patched(
        perform,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(version=0), index),
    ),
    "action ids forget earlier lives": patched(
        perform,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(incarnation="0"), index),
    ),
    "action ids forget the key": patched(
        perform,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(key=None), index),
    ),
    "repeated messages are taken": patched(SeenMessages, "is_new", lambda _: lambda *arguments: True),
    "repeated messages are recognised for ever": patched(seen_messages, "HORIZON", lambda _: 10**15),
    "repeated messages are recognised too long": patched(seen_messages, "HORIZON", lambda found: found + 1),
    "repeated messages are recognised too short": patched(seen_messages, "HORIZON", lambda found: found - 1),
    "repeated messages: whatever the key": patched(SeenMessages, "is_new", without(1)),
    "repeated messages: whatever the model": patched(SeenMessages, "is_new", without(0)),
    "repeated messages: whatever the input": patched(SeenMessages, "is_new", without(2)),
    "a repeated message prolongs the window": patched(SeenMessages, "is_new", refreshed),
    "Boolean keys are text": patched(routing, "key_value", keys_as_text),
    "numeric keys are refused": patched(routing, "key_value", only_strings),
    "models run in another order": patched(fleet, "routes", unsorted_routes),
    "messages go before the timers of their time": patched(Fleet, "advance", timers_after_messages),
    "an earlier line turns the clock back": patched(Replay, "take", back_in_time),
    "BatchUpdateDetector keeps remembered inputs": patched(fleet, "update", kept("inputs")),
    "BatchUpdateDetector keeps timers": patched(fleet, "update", merged("timers")),
    "BatchUpdateDetector keeps variables": patched(fleet, "update", merged("variables")),
    "BatchUpdateDetector does not remember durations": patched(fleet, "update", kept("periods")),
    "a deleted detector comes back": patched(Fleet, "delete", deleted_comes_back),
    "messages go back in the order of models": patched(Fleet, "feed_back", fed_back_at_once),
    "messages go back nine times": patched(fleet, "MAX_GENERATIONS", lambda found: found - 1),
    "messages go back eleven times": patched(fleet, "MAX_GENERATIONS", lambda found: found + 1),
    "an input that nobody defined is known": patched(Fleet, "_deliver", any_input),
}
