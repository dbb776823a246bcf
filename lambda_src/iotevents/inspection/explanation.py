"""Explain why a detector is in its state: each event, with the value of every part of its condition.

The next evaluation of a detector is by a timer if one is due, else by a message. The conditions are evaluated
as in that: of the timers that are due, or of a message that repeats the last payload of its input. For a
condition that calls `currentInput`, that message is of the input that it names first; every other result is
that of the engine. With SERIAL, what an event writes is seen only in the evaluation itself: the values here
are those before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from iotevents.engine.detector import Detector, next_deadline
from iotevents.expressions import TRUE, Expression, Part, Scope, TriggerType, Verdict, judge, take_apart
from iotevents.expressions.nodes import Call, Literal, levels
from iotevents.models import DetectorModel, State, StateEvent


@dataclass(frozen=True, slots=True)
class Reason:
    """Event of the state with the result of its condition; `whole` is None if it has no condition.

    `input` is the input of the assumed message, None with a timer or if the input does not matter.
    """

    event: StateEvent
    verdict: Verdict
    whole: Part | None
    input: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Detector at `now` (epoch milliseconds), with the conditions of its state's `onInput`.

    `trigger_type` is that of the next evaluation: a timer if one is due, else a message.
    """

    model: DetectorModel
    detector: Detector
    now: int
    trigger_type: TriggerType
    events: tuple[Reason, ...]
    transitions: tuple[Reason, ...]

    @property
    def taken(self) -> StateEvent | None:
        """Return the transition that the next evaluation takes if nothing changes until then."""
        return next((reason.event for reason in self.transitions if reason.verdict.holds), None)


def explain(model: DetectorModel, detector: Detector, now: int) -> Explanation:
    """Explain a detector of a model that has been evaluated at least once."""
    state: State = model.states[str(detector.state)]
    deadline = next_deadline(detector)
    due = deadline if deadline is not None and deadline <= now else None
    following = _Next(detector, due)
    return Explanation(
        model,
        detector,
        now,
        TriggerType.MESSAGE if due is None else TriggerType.TIMER,
        tuple(following.reason(event) for event in state.on_input),
        tuple(following.reason(event) for event in state.transitions),
    )


@dataclass(frozen=True, slots=True)
class _Next:
    """Next evaluation of a detector; `due` is the deadline of the timers that start it, if any do."""

    detector: Detector
    due: int | None

    def reason(self, event: StateEvent) -> Reason:
        """Return the result of an event's condition."""
        if event.condition is None:
            return Reason(event, TRUE, None, None)
        name = None if self.due is not None else next(_asked_inputs(event.condition), None)
        scope = self._scope(name)
        return Reason(event, judge(event.condition, scope), take_apart(event.condition, scope), name)

    def _scope(self, asked: str | None) -> Scope:
        inputs, variables = self.detector.inputs, self.detector.variables
        if self.due is None:
            return Scope(inputs, variables, TriggerType.MESSAGE, asked)
        expired = {name for name, deadline in self.detector.timers.items() if deadline <= self.due}
        return Scope(inputs, variables, TriggerType.TIMER, None, expired)


def _asked_inputs(condition: Expression) -> Iterator[str]:
    """Yield the inputs in calls of `currentInput`, in the order of the text."""
    nodes = (node for level in levels(condition.node) for node in level)
    calls = [node for node in nodes if isinstance(node, Call) and node.function == "currentInput"]
    for call in sorted(calls, key=lambda call: call.span):
        argument = call.arguments[0]
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            yield argument.value
