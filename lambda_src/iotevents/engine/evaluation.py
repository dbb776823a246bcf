"""A running evaluation: the scope of its expressions, and its results so far."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from iotevents.engine.detector import Detector, Scalar
from iotevents.engine.effects import Condition, Effect, Failure
from iotevents.engine.triggers import MessageEvent, Trigger
from iotevents.expressions import FALSE, TRUE, EvaluationError, Scope, TriggerType, judge
from iotevents.models import DetectorModel, LifeCycle, StateEvent

# Bound once: members of an enumeration are slow to look up.
MESSAGE, TIMER = TriggerType.MESSAGE, TriggerType.TIMER
NO_TIMERS: frozenset[str] = frozenset()
"""The expired timers in the evaluation of a message: `timeout()` is true only in that of a timer."""


class Evaluation(Scope):
    """Scope of an evaluation, with its results so far. Mappings are replaced, never changed in place.

    `conditions` is None without a trace; `state` is the state whose events are being evaluated.
    """

    __slots__ = (
        "conditions",
        "detector",
        "effects",
        "failures",
        "model",
        "now",
        "periods",
        "state",
        "timers",
        "trigger",
    )

    inputs: Mapping[str, dict[str, Any]]
    variables: Mapping[str, Scalar]
    expired: Collection[str]

    def __init__(
        self, model: DetectorModel, detector: Detector, trigger: Trigger, now: int, *, trace: bool
    ) -> None:
        self.model = model
        self.detector = detector
        self.trigger = trigger
        self.now = now
        self.state = ""
        self.variables = detector.variables
        self.periods = detector.periods
        self.effects: list[Effect] = []
        self.failures: list[Failure] = []
        self.conditions: list[Condition] | None = [] if trace else None
        if type(trigger) is MessageEvent:
            name = trigger.input
            self.trigger_type = MESSAGE
            self.current_input = name
            self.inputs = {**detector.inputs, name: trigger.payload}
            self.timers = detector.timers
            self.expired = NO_TIMERS
        else:
            self.trigger_type = TIMER
            self.current_input = None
            self.inputs = detector.inputs
            self.timers = {name: deadline for name, deadline in detector.timers.items() if deadline > now}
            self.expired = detector.timers.keys() - self.timers.keys()

    def holds(self, event: StateEvent, life_cycle: LifeCycle) -> bool:
        """Return whether the condition of an event is true; an error is noted and counts as false."""
        if self.conditions is not None:
            return self._judge(self.conditions, event, life_cycle)
        if event.condition is None:
            return True
        try:
            return event.condition.evaluate(self) is True
        except EvaluationError as error:
            self.fail(f"{event.where}.condition", str(error))
            return False

    def _judge(self, conditions: list[Condition], event: StateEvent, life_cycle: LifeCycle) -> bool:
        verdict = judge(event.condition, self)
        result = verdict.result.value
        conditions.append(Condition(self.state, life_cycle, event.name, result, verdict.details))
        if verdict is not TRUE and verdict is not FALSE and result == "Error":
            self.fail(f"{event.where}.condition", str(verdict.details))
        return verdict is TRUE

    def skip_after(self, taken: StateEvent, events: Sequence[StateEvent]) -> None:
        """Trace the events behind a taken transition as skipped: they are not evaluated."""
        if self.conditions is not None:
            why = f"Skipped due to transition from {taken.name} event"
            first = next(index for index, event in enumerate(events, 1) if event is taken)
            self.conditions += [
                Condition(self.state, LifeCycle.ON_INPUT, event.name, "Skipped", why)
                for event in events[first:]
            ]

    def fail(self, where: str, message: str) -> None:
        """Note an error; the evaluation goes on."""
        self.failures.append(Failure(where, message))
