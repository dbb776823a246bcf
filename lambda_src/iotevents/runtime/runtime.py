"""All detectors of some models: messages to detectors, timers on time, actions fed back. No I/O and no
clock."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iotevents.deduplication import DedupKey, dedup_key
from iotevents.engine import TIMER, DetectorUpdate, Effect, MessageEvent, Trigger, UpdateError, step, update
from iotevents.engine.detector import Detector, DetectorId, new_detector, next_deadline
from iotevents.engine.message_payload import PayloadError, read_payload
from iotevents.models import DetectorModel
from iotevents.named_tuples import make
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Refusal, Rejected, Unrouted
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
    """A detector that a message concerns; `seen` is what the message is to it, '' if it has no messageId."""

    model: DetectorModel
    found: DetectorId
    seen: DedupKey


class DetectorRuntime:
    """Runs the detectors of the models. `now` is epoch milliseconds and must not run backwards.

    `memory` keeps the detectors; `trace` asks for the conditions. `wakes` knows of the timers of those in
    `memory` that are to be looked at; it is told of all that change.
    """

    def __init__(
        self,
        world: ModelRegistry,
        memory: DetectorRepository | None = None,
        wakes: TimerQueue | None = None,
        *,
        trace: bool = False,
    ) -> None:
        self._memory = memory or InMemoryRepository()
        self._world = world
        self._wakes = wakes or TimerQueue()
        self._trace = trace

    def put(self, message: MessageEvent, now: int) -> list[Outcome]:
        """Evaluate a message in all detectors that it concerns, and the messages that its actions make.

        Timers that are due at or before `now` must have fired: call `advance` first.
        """
        outcomes: list[Outcome] = []
        self._deliver(message, now, outcomes)
        self.feed_back(outcomes, now)
        return outcomes

    def put_to(
        self, targets: Sequence[Target], message: MessageEvent, now: int, *, late: bool
    ) -> list[Outcome]:
        """Do as `put` with a message that was routed already: `targets_of` gave its targets, one at least.

        `late` says that timers may be due that have not fired: a detector's own ones fire first then.
        """
        outcomes: list[Outcome] = []
        self._deliver_to(targets, message, now, outcomes, late=late)
        self.feed_back(outcomes, now)
        return outcomes

    def has_due(self, until: int) -> bool:
        """Whether `advance` may have something to do."""
        return self._wakes.has_due(until)

    def advance(self, until: int) -> Iterator[list[Outcome]]:
        """Let the timers fire that are due at or before a time, in the order of their deadlines.

        At one time in the order of model names and keys; each with what its actions cause.
        """
        while (planned := self._wakes.pop(until)) is not None:
            due, found = planned
            detector = self._memory.get(found)
            if detector is None:
                continue
            if next_deadline(detector) != due:
                self._wakes.plan(found, detector)
                continue
            outcomes: list[Outcome] = []
            self._evaluate(self._world.models[found.model], found, detector, TIMER, due, outcomes)
            self.feed_back(outcomes, due)
            yield outcomes

    def update(
        self, found: DetectorId, new: DetectorUpdate, request_id: str, now: int
    ) -> Evaluated | Refusal:
        """BatchUpdateDetector for one detector, which must exist."""
        detector = self._memory.get(found)
        if detector is None:
            return not_found(found)
        model = self._world.models[found.model]
        try:
            after = update(model, detector, new, now)
        except UpdateError as error:
            return Refusal("InvalidRequestException", str(error))
        self._memory.put(found, after)
        self._wakes.plan(found, after)
        return Evaluated(now, model, found.key, request_id, detector, after, [], [], None, None)

    def delete(self, found: DetectorId, request_id: str, now: int) -> Evaluated | Refusal:
        """BatchDeleteDetector for one detector, which must exist."""
        detector = self._memory.get(found)
        if detector is None:
            return not_found(found)
        self._memory.remove(found)
        model = self._world.models[found.model]
        return Evaluated(now, model, found.key, request_id, detector, None, [], [], None, None)

    def _deliver(self, message: MessageEvent, now: int, outcomes: list[Outcome]) -> None:
        found_routes = self._world.routes.get(message.input)
        if message.input not in self._world.inputs:
            outcomes.append(_unknown_input(message, now))
            return
        if found_routes is None:
            outcomes.append(Unrouted(now, message))
            return
        try:
            targets = targets_of(found_routes, message)
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
        memory = self._memory
        for model, found, seen in targets:
            if seen and not memory.is_new(seen, now):
                continue
            detector = memory.get(found)
            if detector is None:
                detector = new_detector(found.key, str(memory.life(found)), now)
            elif late:
                detector = self._fire_due(model, found, detector, now, outcomes)
            self._evaluate(model, found, detector, message, now, outcomes)
        if len(outcomes) == count:
            outcomes.append(Duplicate(now, message))

    def _fire_due(
        self, model: DetectorModel, found: DetectorId, detector: Detector, now: int, outcomes: list[Outcome]
    ) -> Detector:
        """Let the timers of one detector fire that are due; `advance` may not have come to them yet."""
        while (due := next_deadline(detector)) is not None and due <= now:
            detector = self._evaluate(model, found, detector, TIMER, due, outcomes)
        return detector

    def _evaluate(
        self,
        model: DetectorModel,
        found: DetectorId,
        detector: Detector,
        event: Trigger,
        now: int,
        outcomes: list[Outcome],
    ) -> Detector:
        after, effects, failures, conditions, taken = step(model, detector, event, now, trace=self._trace)
        self._memory.put(found, after)
        if after.timers is not detector.timers and after.timers:
            self._wakes.plan(found, after)
        before = None if detector.state is None else detector
        outcome = (now, model, found.key, event, before, after, effects, failures, conditions, taken)
        outcomes.append(make(Evaluated, outcome))
        return after

    def feed_back(self, outcomes: list[Outcome], now: int) -> None:
        """Deliver the messages of `iotEvents` actions, at the same time, in the order of the actions."""
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
            waiting.extend((one, generation + 1) for one in _messages(outcomes[done:]))

    def _deliver_effect(self, effect: Effect, now: int, outcomes: list[Outcome]) -> None:
        """The messageId is the action's id."""
        text = str(effect.payload)
        try:
            _, payload = read_payload(text.encode(), len(text) * 4)
        except (PayloadError, UnicodeEncodeError) as error:
            outcomes.append(_rejected(effect, now, str(error)))
            return
        self._deliver(MessageEvent(str(effect.parameters["inputName"]), payload, effect.id), now, outcomes)


def targets_of(found_routes: Iterable[Route], message: MessageEvent) -> list[Target]:
    """The detectors that a message concerns; KeyValueError, and none at all, if one has no key in it."""
    input_name, payload, message_id = message
    targets = []
    for route in found_routes:
        name, key = route.model.name, route.key_value(payload)
        seen = "" if message_id is None else dedup_key(name, key, input_name, message_id)
        targets.append(make(Target, (route.model, make(DetectorId, (name, key)), seen)))
    return targets


def _messages(outcomes: Iterable[Outcome]) -> list[Effect]:
    return [
        effect
        for one in outcomes
        if type(one) is Evaluated and one.effects
        for effect in one.effects
        if effect.type == "iotEvents"
    ]


def _rejected(effect: Effect, now: int, reason: str) -> Rejected:
    message = MessageEvent(str(effect.parameters["inputName"]), {}, effect.id)
    return Rejected(now, message, "InvalidRequestException", reason)


def _unknown_input(message: MessageEvent, now: int) -> Rejected:
    return Rejected(now, message, "ResourceNotFoundException", f"Input of name: {message.input} not found")


def not_found(found: DetectorId) -> Refusal:
    """An operation makes no detectors: those that it names must exist."""
    key = "" if found.key is None else f" with the key {found.key}"
    return Refusal("ResourceNotFoundException", f"Detector of model {found.model}{key} not found")
