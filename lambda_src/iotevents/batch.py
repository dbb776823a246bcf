"""What is evaluated together and committed once: timers that are due, messages, operations."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from iotevents.changes import AcceptedMessage, AcceptedOperation, Action
from iotevents.detector import DetectorId, wake_of
from iotevents.engine import DetectorUpdate, Effect, MessageEvent
from iotevents.fleet import Fleet, targets_of
from iotevents.messages import Message
from iotevents.outcomes import Duplicate, Evaluated, NotDone, Outcome, Rejected, Unrouted
from iotevents.routing import KeyValueError
from iotevents.seen_messages import SeenKey
from iotevents.stores.store import Store
from iotevents.unit import Unit
from iotevents.wakes import Wakes
from iotevents.world import World

logger = logging.getLogger(__name__)

SHOWN_FAILURES: Final = 10
"""Failures of one commit that the log tells."""


@dataclass(frozen=True, slots=True)
class PutMessage:
    """A message whose payload was read: its JSON text, and the event that it is."""

    message: Message
    text: str
    event: MessageEvent


@dataclass(frozen=True, slots=True)
class UpdateDetector:
    """An entry of BatchUpdateDetector; `request` is the JSON text of a call with this entry alone."""

    message_id: str
    detector: DetectorId
    update: DetectorUpdate
    request: str


@dataclass(frozen=True, slots=True)
class DeleteDetector:
    """An entry of BatchDeleteDetector; `request` is the JSON text of a call with this entry alone."""

    message_id: str
    detector: DetectorId
    request: str


Job: TypeAlias = PutMessage | UpdateDetector | DeleteDetector


class Batch:
    """The work of one commit at `now` (epoch milliseconds)."""

    def __init__(
        self, store: Store, world: World, now: int, *, trace: bool, window_end: int | None = None
    ) -> None:
        self.unit = Unit(store, world.models, now, window_end)
        self.outcomes: list[Outcome] = []
        self._store = store
        self._world = world
        self._wakes = Wakes()
        self._fleet = Fleet(world, self.unit, self._wakes, trace=trace)

    def load(self, jobs: Iterable[Job]) -> None:
        """Read together what the jobs are about to need."""
        detectors: dict[DetectorId, None] = {}
        seen: list[SeenKey] = []
        for job in jobs:
            if isinstance(job, PutMessage):
                self._collect(job, detectors, seen)
            else:
                detectors[job.detector] = None
        self.unit.load(detectors, seen)

    def fire(self, most: int) -> bool:
        """Let timers fire that are due, in the order of their deadlines; whether there may be more of them.

        Stops after `most` evaluations. What is left fires before the next message of its detector, at the
        latest.
        """
        due = self._store.due(self.unit.now, most)
        if not due:
            return False
        self.unit.load(due)
        for found in due:
            detector = self.unit.get(found)
            if detector is None:
                self.unit.drop(found)
            else:
                self._wakes.plan(found, wake_of(detector))
        for evaluations, outcomes in enumerate(self._fleet.advance(self.unit.now), start=1):
            self._take(outcomes)
            if evaluations == most:
                return True
        return len(due) == most

    def do(self, job: Job) -> NotDone | None:
        """Do a job; give why it was refused, or None."""
        match job:
            case PutMessage():
                return self._put(job)
            case UpdateDetector(message_id, found, update, request):
                done = self._fleet.update(found, update, message_id, self.unit.now)
                return self._note("BatchUpdateDetector", request, done)
            case DeleteDetector(message_id, found, request):
                done = self._fleet.delete(found, message_id, self.unit.now)
                return self._note("BatchDeleteDetector", request, done)

    def tell_failures(self) -> None:
        """Write to the log which actions could not be performed, and which conditions not be judged."""
        failures = [
            f"{one.model.name} {one.key or ''}: {failure.where}: {failure.message}"
            for one in self.outcomes
            if type(one) is Evaluated
            for failure in one.failures
        ]
        for text in failures[:SHOWN_FAILURES]:
            logger.warning("%s", text)
        if len(failures) > SHOWN_FAILURES:
            logger.warning("... and %d more", len(failures) - SHOWN_FAILURES)

    def _collect(self, job: PutMessage, detectors: dict[DetectorId, None], seen: list[SeenKey]) -> None:
        name, message_id = job.message.key
        routes = self._world.routes.get(name)
        if routes is None:
            seen.append(_unrouted(job))
            return
        try:
            targets = targets_of(routes, job.event)
        except KeyValueError:
            return
        for model, key in targets:
            detectors[DetectorId(model.name, key)] = None
            seen.append((model.name, key, name, message_id))

    def _put(self, job: PutMessage) -> NotDone | None:
        now = self.unit.now
        outcomes = self._fleet.put(job.event, now)
        first = outcomes[0]
        match first:
            case Rejected(_, _, code, reason):
                return NotDone(code, reason)
            case Unrouted():
                accepted = self.unit.is_new(_unrouted(job), now)
            case Duplicate():
                accepted = False
            case _:
                accepted = True
        if accepted:
            message = job.message
            self.unit.entries.append(AcceptedMessage(now, message.key, job.text, message.timestamp))
        self._take(outcomes)
        return None

    def _note(self, operation: str, request: str, done: Evaluated | NotDone) -> NotDone | None:
        if isinstance(done, NotDone):
            return done
        self.unit.entries.append(AcceptedOperation(self.unit.now, operation, request))
        self.outcomes.append(done)
        return None

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what happened, and the actions that are to be done."""
        self.outcomes += outcomes
        refused = {one.message.message_id: one.reason for one in outcomes if type(one) is Rejected}
        for one in outcomes:
            if type(one) is Evaluated and one.effects:
                found = DetectorId(one.model.name, one.key)
                self.unit.actions += [_action(effect, found, one.time, refused) for effect in one.effects]


def _unrouted(job: PutMessage) -> SeenKey:
    """The key of a message that no model concerns."""
    return ("", None, *job.message.key)


def _action(effect: Effect, found: DetectorId, time: int, refused: dict[str | None, str]) -> Action:
    """The messages of `iotEvents` actions were delivered with what caused them, or refused."""
    parameters = json.dumps(dict(effect.parameters), ensure_ascii=False, separators=(",", ":"))
    internal = effect.type == "iotEvents"
    failure = refused.get(effect.id) if internal else None
    return Action(
        effect.id, time, found, effect.type, effect.event_name, parameters, effect.payload, failure, internal
    )
