"""Why a detector is where it is: each event of its state, and what its condition is now, part by part.

What comes next for a detector is an evaluation by a timer if one is due, and else by a message. So the
conditions are judged as in that evaluation: of the timers that are due, or of a message that brings once more
what its input said last. A condition that asks for the current input is judged as if that message were of the
input that it names first; every other answer is what the engine would find. With SERIAL, what an event of
the list writes is seen only by the evaluation itself: the values are those from before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from iotevents.engine.detector import Detector, next_deadline
from iotevents.expressions import TRUE, Expression, Part, Scope, TriggerType, Verdict, judge, take_apart
from iotevents.expressions.nodes import Call, Literal, levels
from iotevents.models import DetectorModel, State, StateEvent


@dataclass(frozen=True, slots=True)
class Reason:
    """An event of the state and the answer of its condition; `whole` is None if it has no condition.

    `input` is the input of the message that is supposed, None if a timer is or if it does not matter.
    """

    event: StateEvent
    verdict: Verdict
    whole: Part | None
    input: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A detector at `now` (epoch milliseconds), and what the events of `onInput` of its state wait for.

    `trigger_type` is what the next evaluation is by: a timer if one is due, else a message.
    """

    model: DetectorModel
    detector: Detector
    now: int
    trigger_type: TriggerType
    events: tuple[Reason, ...]
    transitions: tuple[Reason, ...]

    @property
    def taken(self) -> StateEvent | None:
        """The transition that the next evaluation takes if nothing changes until then."""
        return next((one.event for one in self.transitions if one.verdict.holds), None)


def explain(model: DetectorModel, detector: Detector, now: int) -> Explanation:
    """Explain a detector of a model that has been evaluated at least once."""
    state: State = model.states[str(detector.state)]
    wake = next_deadline(detector)
    due = wake if wake is not None and wake <= now else None
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
    """What the next evaluation of a detector sees; `due` is the deadline of the timers that start it."""

    detector: Detector
    due: int | None

    def reason(self, event: StateEvent) -> Reason:
        """The answer of an event's condition."""
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
    """The inputs that `currentInput` asks for, in the order of the text."""
    nodes = (node for level in levels(condition.node) for node in level)
    calls = [node for node in nodes if isinstance(node, Call) and node.function == "currentInput"]
    for call in sorted(calls, key=lambda one: one.span):
        argument = call.arguments[0]
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            yield argument.value
