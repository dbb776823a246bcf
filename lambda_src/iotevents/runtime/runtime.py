"""The detectors of many models: routes messages, fires timers on time, feeds actions back.

No I/O and no clock.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iotevents.deduplication import DedupKey, dedup_key
from iotevents.engine import TIMER, DetectorUpdate, Effect, MessageEvent, Trigger, UpdateError, step, update
from iotevents.engine.detector import Detector, DetectorId, new_detector, next_deadline
from iotevents.engine.message_payload import PayloadError, read_payload
from iotevents.models import DetectorModel
from iotevents.named_tuples import make
from iotevents.runtime.outcomes import (
    Duplicate,
    Evaluated,
    Outcome,
    Refusal,
    Rejected,
    Unrouted,
    make_evaluated,
)
from iotevents.runtime.repository import DetectorRepository, InMemoryRepository
from iotevents.runtime.routing import KeyValueError, ModelRegistry, Route
from iotevents.runtime.timer_queue import TimerQueue

MAX_GENERATIONS: Final = 10
"""How often a message may cause another by an `iotEvents` action, one after the other."""

MAX_CAUSED: Final = 1000
"""How many messages one message or timer may cause in all generations: ten actions an event would make
10^10."""

_TOO_MANY: Final = (
    f"iotEvents actions may cause {MAX_GENERATIONS} messages one after the other, and {MAX_CAUSED} in all"
)


class Target(NamedTuple):
    """A detector that a message concerns; `seen` is the deduplication key, '' without a messageId."""

    model: DetectorModel
    detector_id: DetectorId
    seen: DedupKey


class DetectorRuntime:
    """Execution of the detectors of many models.

    `now` is always epoch milliseconds and must not run backwards. `registry` has the models, `repository`
    the detectors; `trace` adds the conditions to each evaluation. `timers` is the queue that `advance`
    fires: those who call it put in the detectors of `repository`, later changes are scheduled here. Without
    a queue no timer is scheduled, and `advance` fires none.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        repository: DetectorRepository | None = None,
        timers: TimerQueue | None = None,
        *,
        trace: bool = False,
    ) -> None:
        self._repository = repository or InMemoryRepository()
        self._registry = registry
        self._timers = timers
        self._trace = trace

    def put(self, message: MessageEvent, now: int) -> list[Outcome]:
        """Evaluate a message in all detectors that it concerns, then the messages of their actions.

        Return the outcomes in the order in which they happened. Timers that are due at or before `now` must
        have fired: call `advance` first.
        """
        outcomes: list[Outcome] = []
        self._deliver(message, now, outcomes)
        self.feed_back(outcomes, now)
        return outcomes

    def put_to(
        self, targets: Sequence[Target], message: MessageEvent, now: int, *, late: bool
    ) -> list[Outcome]:
        """Evaluate a message in the detectors that `targets_of` returned for it, at least one; see `put`.

        With `late`, timers may be due that have not fired: those of a detector fire before its message.
        """
        outcomes: list[Outcome] = []
        self._deliver_to(targets, message, now, outcomes, late=late)
        self.feed_back(outcomes, now)
        return outcomes

    def has_due(self, until: int) -> bool:
        """Return whether `advance` may have a timer to fire."""
        return self._timers is not None and self._timers.has_due(until)

    def advance(self, until: int) -> Iterator[list[Outcome]]:
        """Fire the timers that are due at or before `until`, in the order of their deadlines.

        At one deadline detectors come in the order of model names and keys. Yield the outcomes of each
        evaluation, with those of the messages that its actions caused.
        """
        timers = self._timers
        while timers is not None and (entry := timers.pop(until)) is not None:
            due, detector_id = entry
            detector = self._repository.get(detector_id)
            if detector is None:
                continue
            if next_deadline(detector) != due:
                timers.schedule(detector_id, detector)
                continue
            outcomes: list[Outcome] = []
            self._evaluate(
                self._registry.models[detector_id.model], detector_id, detector, TIMER, due, outcomes
            )
            self.feed_back(outcomes, due)
            yield outcomes

    def update(
        self, detector_id: DetectorId, new: DetectorUpdate, request_id: str, now: int
    ) -> Evaluated | Refusal:
        """Apply an entry of BatchUpdateDetector to its detector, which must exist."""
        detector = self._repository.get(detector_id)
        if detector is None:
            return not_found(detector_id)
        model = self._registry.models[detector_id.model]
        try:
            after = update(model, detector, new, now)
        except UpdateError as error:
            return Refusal("InvalidRequestException", str(error))
        self._repository.put(detector_id, after)
        if self._timers is not None:
            self._timers.schedule(detector_id, after)
        return _operated(now, model, request_id, detector, after)

    def delete(self, detector_id: DetectorId, request_id: str, now: int) -> Evaluated | Refusal:
        """Apply an entry of BatchDeleteDetector to its detector, which must exist."""
        detector = self._repository.get(detector_id)
        if detector is None:
            return not_found(detector_id)
        self._repository.remove(detector_id)
        model = self._registry.models[detector_id.model]
        return _operated(now, model, request_id, detector, None)

    def _deliver(self, message: MessageEvent, now: int, outcomes: list[Outcome]) -> None:
        routes = self._registry.routes.get(message.input)
        if message.input not in self._registry.inputs:
            outcomes.append(_unknown_input(message, now))
            return
        if routes is None:
            outcomes.append(Unrouted(now, message))
            return
        try:
            targets = targets_of(routes, message)
        except KeyValueError as error:
            outcomes.append(Rejected(now, message, "InvalidRequestException", str(error)))
            return
        self._deliver_to(targets, message, now, outcomes)

    def _deliver_to(
        self,
        targets: Sequence[Target],
        message: MessageEvent,
        now: int,
        outcomes: list[Outcome],
        *,
        late: bool = True,
    ) -> None:
        count = len(outcomes)
        repository = self._repository
        for model, detector_id, seen in targets:
            if seen and not repository.is_new(seen, now):
                continue
            detector = repository.get(detector_id)
            if detector is None:
                detector = new_detector(detector_id.key, str(repository.incarnation(detector_id)), now)
            elif late:
                detector = self._fire_due(model, detector_id, detector, now, outcomes)
            self._evaluate(model, detector_id, detector, message, now, outcomes)
        if len(outcomes) == count:
            outcomes.append(Duplicate(now, message))

    def _fire_due(
        self,
        model: DetectorModel,
        detector_id: DetectorId,
        detector: Detector,
        now: int,
        outcomes: list[Outcome],
    ) -> Detector:
        """Fire the timers of a detector that are due; `advance` may not have come to them yet."""
        while (due := next_deadline(detector)) is not None and due <= now:
            detector = self._evaluate(model, detector_id, detector, TIMER, due, outcomes)
        return detector

    def _evaluate(
        self,
        model: DetectorModel,
        detector_id: DetectorId,
        detector: Detector,
        trigger: Trigger,
        now: int,
        outcomes: list[Outcome],
    ) -> Detector:
        after, effects, failures, conditions, taken = step(model, detector, trigger, now, trace=self._trace)
        self._repository.put(detector_id, after)
        if self._timers is not None and after.timers is not detector.timers and after.timers:
            self._timers.schedule(detector_id, after)
        evaluated = make_evaluated(
            time=now,
            model=model,
            key=detector_id.key,
            trigger=trigger,
            before=None if detector.state is None else detector,
            after=after,
            effects=effects,
            failures=failures,
            conditions=conditions,
            transition=taken,
        )
        outcomes.append(evaluated)
        return after

    def feed_back(self, outcomes: list[Outcome], now: int) -> None:
        """Deliver the messages of `iotEvents` actions at `now`, in the order of the actions."""
        messages = _messages(outcomes)
        if not messages:
            return
        waiting = deque((effect, 1) for effect in messages)
        count = 0
        while waiting:
            effect, generation = waiting.popleft()
            count += 1
            done = len(outcomes)
            if generation > MAX_GENERATIONS or count > MAX_CAUSED:
                outcomes.append(_rejected(effect, now, _TOO_MANY))
            else:
                self._deliver_effect(effect, now, outcomes)
            waiting.extend((caused, generation + 1) for caused in _messages(outcomes[done:]))

    def _deliver_effect(self, effect: Effect, now: int, outcomes: list[Outcome]) -> None:
        """Deliver the message of an action; its messageId is the action's id."""
        text = str(effect.payload)
        try:
            _, payload = read_payload(text.encode(), len(text) * 4)
        except (PayloadError, UnicodeEncodeError) as error:
            outcomes.append(_rejected(effect, now, str(error)))
            return
        self._deliver(MessageEvent(str(effect.parameters["inputName"]), payload, effect.id), now, outcomes)


def targets_of(routes: Iterable[Route], message: MessageEvent) -> list[Target]:
    """Return the detectors that a message concerns.

    Raise KeyValueError if the payload lacks the key of any of the models.
    """
    input_name, payload, message_id = message
    targets = []
    for route in routes:
        name, key = route.model.name, route.key_value(payload)
        seen = "" if message_id is None else dedup_key(name, key, input_name, message_id)
        targets.append(make(Target, (route.model, make(DetectorId, (name, key)), seen)))
    return targets


def _operated(
    now: int, model: DetectorModel, request_id: str, before: Detector, after: Detector | None
) -> Evaluated:
    """Return the outcome of an operation, which evaluates nothing."""
    return Evaluated(
        time=now,
        model=model,
        key=before.key,
        trigger=request_id,
        before=before,
        after=after,
        effects=[],
        failures=[],
        conditions=None,
        transition=None,
    )


def _messages(outcomes: Iterable[Outcome]) -> list[Effect]:
    return [
        effect
        for outcome in outcomes
        if type(outcome) is Evaluated and outcome.effects
        for effect in outcome.effects
        if effect.type == "iotEvents"
    ]


def _rejected(effect: Effect, now: int, reason: str) -> Rejected:
    message = MessageEvent(str(effect.parameters["inputName"]), {}, effect.id)
    return Rejected(now, message, "InvalidRequestException", reason)


def _unknown_input(message: MessageEvent, now: int) -> Rejected:
    return Rejected(now, message, "ResourceNotFoundException", f"Input of name: {message.input} not found")


def not_found(detector_id: DetectorId) -> Refusal:
    """Return the refusal of an operation: it makes no detectors, so those that it names must exist."""
    key = "" if detector_id.key is None else f" with the key {detector_id.key}"
    return Refusal("ResourceNotFoundException", f"Detector of model {detector_id.model}{key} not found")
