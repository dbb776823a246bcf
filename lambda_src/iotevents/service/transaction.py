"""What is evaluated together and committed once: timers that are due, messages, operations."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, final

from iotevents.deduplication import DedupKey
from iotevents.engine import DetectorUpdate, Effect, MessageEvent
from iotevents.engine.detector import DetectorId
from iotevents.json_text import json_text
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Refusal, Rejected, Unrouted
from iotevents.runtime.routing import ModelRegistry
from iotevents.runtime.runtime import DetectorRuntime, Target
from iotevents.runtime.timer_queue import NoWakes, TimerQueue
from iotevents.service.unit_of_work import UnitOfWork
from iotevents.stores.records import AcceptedMessage, AcceptedOperation, OutboxAction
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

SHOWN_FAILURES: Final = 10
"""Failures of one commit that the log tells."""


@final
class PutMessage(NamedTuple):
    """A message that was read: the event that it is, its entry of the log, the detectors that it concerns."""

    event: MessageEvent
    entry: AcceptedMessage
    targets: Sequence[Target]


@final
class KeepMessage(NamedTuple):
    """A message that was read and concerns no detector: `seen` tells it from others."""

    entry: AcceptedMessage
    seen: DedupKey


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


Job: TypeAlias = PutMessage | KeepMessage | UpdateDetector | DeleteDetector | Refusal
"""What is to be done, or why that cannot be."""


class Transaction:
    """The work of one commit at `now` (epoch milliseconds); `watched` has it keep `outcomes`, with traces."""

    def __init__(
        self, store: Store, world: ModelRegistry, now: int, *, watched: bool, window_end: int | None = None
    ) -> None:
        self.unit = UnitOfWork(store, world.models, now, window_end)
        self.outcomes: list[Outcome] = []
        self._watched = watched
        self._failed: list[Evaluated] = []
        self._store = store
        self._late = False
        """Whether timers may be due that `fire` has left."""
        self._wakes = TimerQueue()
        self._firing = DetectorRuntime(world, self.unit, self._wakes, trace=watched)
        # What messages set is not due at their own time: nobody would look at such plans.
        self._fleet = DetectorRuntime(world, self.unit, NoWakes(), trace=watched)

    def load(self, jobs: Iterable[Job]) -> None:
        """Read together what the jobs are about to need."""
        detectors: dict[DetectorId, None] = {}
        seen: list[DedupKey] = []
        for job in jobs:
            if type(job) is PutMessage:
                for _, found, key in job.targets:
                    detectors[found] = None
                    seen.append(key)
            elif type(job) is KeepMessage:
                seen.append(job.seen)
            elif not isinstance(job, Refusal):
                detectors[job.detector] = None
        self.unit.load(detectors, seen)

    def fire(self, most: int) -> bool:
        """Let timers fire that are due, in the order of their deadlines; whether there may be more of them.

        Stops after `most` evaluations. What is left fires before the next message of its detector, at the
        latest.
        """
        due = self._store.due(self.unit.now, most)
        if due:
            self.unit.load(due)
            for found in due:
                detector = self.unit.get(found)
                if detector is None:
                    self.unit.drop(found)
                else:
                    self._wakes.plan(found, detector)
            self._late = self._advance(most) or len(due) == most
        return self._late

    def fire_of(self, jobs: Iterable[Job], most: int | None = None) -> bool:
        """Let timers fire that are due of the detectors that jobs concern; whether there may be more of them.

        The jobs were loaded. Stops after `most` evaluations.
        """
        for job in jobs:
            for found in _concerned(job):
                detector = self.unit.get(found)
                if detector is not None and detector.timers:
                    self._wakes.plan(found, detector)
        return self._advance(most)

    def do(self, job: Job) -> Refusal | None:
        """Do a job, when `fire` has been called; give why it was refused, or None."""
        # Messages are not matched as the others: that takes longer, and there are so many.
        if type(job) is PutMessage:
            event, entry, targets = job
            outcomes = self._fleet.put_to(targets, event, self.unit.now, late=self._late)
            if type(outcomes[0]) is not Duplicate:
                self.unit.entries.append(entry)
            self._take(outcomes)
            return None
        if type(job) is KeepMessage:
            entry, seen = job
            if self.unit.is_new(seen, self.unit.now):
                self.unit.entries.append(entry)
            if self._watched:
                name, message_id = entry.key
                self.outcomes.append(Unrouted(self.unit.now, MessageEvent(name, {}, message_id)))
            return None
        match job:
            case Refusal():
                return job
            case UpdateDetector(message_id, found, update, request):
                done = self._fleet.update(found, update, message_id, self.unit.now)
                return self._note("BatchUpdateDetector", request, done)
            case DeleteDetector(message_id, found, request):
                done = self._fleet.delete(found, message_id, self.unit.now)
                return self._note("BatchDeleteDetector", request, done)

    def _advance(self, most: int | None) -> bool:
        """Let planned timers fire; whether it stopped after `most` evaluations."""
        for evaluations, outcomes in enumerate(self._firing.advance(self.unit.now), start=1):
            self._take(outcomes)
            if evaluations == most:
                return True
        return False

    def tell_failures(self) -> None:
        """Write to the log which actions could not be performed, and which conditions not be judged."""
        failures = [
            f"{one.model.name} {one.key or ''}: {failure.where}: {failure.message}"
            for one in self._failed
            for failure in one.failures
        ]
        for text in failures[:SHOWN_FAILURES]:
            logger.warning("%s", text)
        if len(failures) > SHOWN_FAILURES:
            logger.warning("... and %d more", len(failures) - SHOWN_FAILURES)

    def _note(self, operation: str, request: str, done: Evaluated | Refusal) -> Refusal | None:
        if isinstance(done, Refusal):
            return done
        self.unit.entries.append(AcceptedOperation(self.unit.now, operation, request))
        self.outcomes.append(done)
        return None

    def _take(self, outcomes: Sequence[Outcome]) -> None:
        """Keep what happened, and the actions that are to be done."""
        if self._watched:
            self.outcomes += outcomes
        for one in outcomes:
            if type(one) is Evaluated:
                if one.failures:
                    self._failed.append(one)
                if one.effects:
                    self._act(one, outcomes)

    def _act(self, one: Evaluated, outcomes: Iterable[Outcome]) -> None:
        found, refused = DetectorId(one.model.name, one.key), _refused(outcomes)
        self.unit.actions += [_action(effect, found, one.time, refused) for effect in one.effects]


def _concerned(job: Job) -> list[DetectorId]:
    """The detectors that a job concerns."""
    match job:
        case PutMessage():
            return [target.found for target in job.targets]
        case KeepMessage() | Refusal():
            return []
        case _:
            return [job.detector]


def _refused(outcomes: Iterable[Outcome]) -> dict[str | None, str]:
    """Why messages were refused, by their ids."""
    return {one.message.message_id: one.reason for one in outcomes if type(one) is Rejected}


def _action(effect: Effect, found: DetectorId, time: int, refused: dict[str | None, str]) -> OutboxAction:
    """The messages of `iotEvents` actions were delivered with what caused them, or refused."""
    parameters = json_text(dict(effect.parameters))
    internal = effect.type == "iotEvents"
    failure = refused.get(effect.id) if internal else None
    return OutboxAction(
        effect.id, time, found, effect.type, effect.event_name, parameters, effect.payload, failure, internal
    )
