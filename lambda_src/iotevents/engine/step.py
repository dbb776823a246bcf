"""The evaluation of a detector, as a pure function.

A message (or the expiry of timers) is evaluated in this order:

1. The message becomes the current value of its input: the whole payload replaces the former one.
2. A new detector enters the initial state: `onEnter`.
3. `onInput` of the current state: first `events`, then `transitionEvents` up to the first that is true.
4. With such a transition: its actions, `onExit` of the old state, then `onEnter` of the new one, which may
   be the same.

`onInput` of the new state waits for the next message or timer. With BATCH all conditions of a group are
evaluated before any of its actions runs; with SERIAL the actions of an event run before the next condition
is evaluated. A group is `onEnter`, `onInput` with both its lists, or `onExit`; in both methods the next
group sees what the last one wrote.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-restrictions-detector-model.html,
iotevents-simple-example.html, iotevents-examples-hvac.html, monitoring-cloudwatch.html
"""

from typing import NamedTuple

from iotevents.engine.actions import perform
from iotevents.engine.detector import Detector, make_detector
from iotevents.engine.effects import Condition, Effect, Failure
from iotevents.engine.evaluation import Evaluation
from iotevents.engine.triggers import Trigger
from iotevents.models import DetectorModel, EvaluationMethod, LifeCycle, State, StateEvent
from iotevents.named_tuples import make

BATCH = EvaluationMethod.BATCH
ON_INPUT = LifeCycle.ON_INPUT


class Step(NamedTuple):
    """Result of an evaluation.

    `detector` is its new state, `effects` the actions that leave it, `failures` the errors, `conditions` the
    trace (None if not asked for), `transition` the transition event that was taken.
    """

    detector: Detector
    effects: list[Effect]
    failures: list[Failure]
    conditions: list[Condition] | None
    transition: StateEvent | None


def step(
    model: DetectorModel, detector: Detector, trigger: Trigger, now: int, *, trace: bool = False
) -> Step:
    """Evaluate a message, or the timers whose deadline is `now` (epoch milliseconds).

    Nothing outside the arguments is read, and nothing is changed: the same arguments have the same result.
    """
    evaluation = Evaluation(model, detector, trigger, now, trace=trace)
    if detector.state is None:
        evaluation.state = model.initial_state
        state = model.states[model.initial_state]
        if state.on_enter:
            run_group(evaluation, state.on_enter, LifeCycle.ON_ENTER)
    else:
        evaluation.state = detector.state
        state = model.states[detector.state]
    transition = run_on_input(evaluation, state)
    if transition is not None:
        change_state(evaluation, state, transition)
    after = make_detector(
        key=detector.key,
        state=evaluation.state,
        variables=evaluation.variables,
        timers=evaluation.timers,
        periods=evaluation.periods,
        inputs=evaluation.inputs,
        version=detector.version + 1,
        incarnation=detector.incarnation,
        created=detector.created,
        updated=now,
    )
    results = (after, evaluation.effects, evaluation.failures, evaluation.conditions, transition)
    return make(Step, results)


def run_on_input(evaluation: Evaluation, state: State) -> StateEvent | None:
    """Evaluate the `onInput` group and return the transition to take, its actions performed."""
    transition = run_group(evaluation, state.on_input + state.transitions, ON_INPUT)
    if transition is not None:
        perform(evaluation, transition)
    return transition


def run_group(
    evaluation: Evaluation, events: tuple[StateEvent, ...], life_cycle: LifeCycle
) -> StateEvent | None:
    """Run the events whose conditions are true, up to the first with a transition, and return that.

    With BATCH they run once all conditions are evaluated, with SERIAL each before the next is evaluated.
    """
    batch = evaluation.model.evaluation_method is BATCH
    waiting = []
    transition = None
    for event in events:
        if not evaluation.holds(event, life_cycle):
            continue
        if event.next_state is not None:
            evaluation.skip_after(event, events)
            transition = event
            break
        if batch:
            waiting.append(event)
        else:
            perform(evaluation, event)
    for event in waiting:
        perform(evaluation, event)
    return transition


def change_state(evaluation: Evaluation, old: State, transition: StateEvent) -> None:
    """Leave the old state and enter the new one; both run also if they are the same state."""
    if old.on_exit:
        run_group(evaluation, old.on_exit, LifeCycle.ON_EXIT)
    new = evaluation.model.states[str(transition.next_state)]
    evaluation.state = new.name
    if new.on_enter:
        run_group(evaluation, new.on_enter, LifeCycle.ON_ENTER)
