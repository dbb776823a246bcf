"""The work of one commit: timers that are due, messages and operations, evaluated together."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from iotevents.deduplication import DedupKey
from iotevents.engine import Effect
from iotevents.engine.detector import DetectorId
from iotevents.json_text import json_text
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Refusal, Rejected, Unrouted
from iotevents.runtime.routing import ModelRegistry
from iotevents.runtime.runtime import DetectorRuntime
from iotevents.runtime.timer_queue import TimerQueue
from iotevents.service.commands import DeleteDetector, PreparedCommand, Put, UpdateDetector
from iotevents.service.unit_of_work import UnitOfWork
from iotevents.stores.records import AcceptedOperation, OutboxAction
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

MAX_LOGGED_FAILURES: Final = 10
"""Failures of one commit that are logged."""


class Transaction:
    """All that is committed at `now`, in epoch milliseconds: call `load`, `fire`, then `do` for each command.

    `unit` collects what is to be committed. With `watched`, `outcomes` has all outcomes, with traces.
    """

    def __init__(
        self, store: Store, registry: ModelRegistry, now: int, *, watched: bool, window_end: int | None = None
    ) -> None:
        self.unit = UnitOfWork(store, registry.models, now, window_end)
        self.outcomes: list[Outcome] = []
        self._watched = watched
        self._failed: list[Evaluated] = []
        self._store = store
        self._late = False
        """Set if `fire` may have left timers that are due."""
        self._timers = TimerQueue()
        self._timer_runtime = DetectorRuntime(registry, self.unit, self._timers, trace=watched)
        # No queue: a timer that a message sets is not due in this transaction.
        self._runtime = DetectorRuntime(registry, self.unit, trace=watched)

    def load(self, commands: Iterable[PreparedCommand]) -> None:
        """Read the detectors and deduplication keys of commands together."""
        detectors: dict[DetectorId, None] = {}
        seen: list[DedupKey] = []
        for command in commands:
            if type(command) is Put:
                for _, detector_id, key in command.targets:
                    detectors[detector_id] = None
                    seen.append(key)
                if command.seen:
                    seen.append(command.seen)
            elif not isinstance(command, Refusal):
                detectors[command.detector_id] = None
        self.unit.load(detectors, seen)

    def fire(self, limit: int) -> bool:
        """Fire up to `limit` timers that are due, in the order of their deadlines.

        Return whether there may be more of them; each fires before the next message of its detector, at the
        latest.
        """
        due = self._store.due(self.unit.now, limit)
        if due:
            self.unit.load(due)
            for detector_id in due:
                detector = self.unit.get(detector_id)
                if detector is None:
                    self.unit.drop(detector_id)
                else:
                    self._timers.schedule(detector_id, detector)
            self._late = self._advance(limit) or len(due) == limit
        return self._late

    def fire_of(self, commands: Iterable[PreparedCommand], limit: int | None = None) -> bool:
        """Fire up to `limit` due timers of the detectors of commands, which were loaded.

        Return whether there may be more of them.
        """
        for command in commands:
            for detector_id in _detectors_of(command):
                detector = self.unit.get(detector_id)
                if detector is not None and detector.timers:
                    self._timers.schedule(detector_id, detector)
        return self._advance(limit)

    def do(self, command: PreparedCommand) -> Refusal | None:
        """Execute a command, after `fire`; return its refusal, or None."""
        # Messages are not matched as the others: that takes longer, and most commands are messages.
        if type(command) is Put:
            if command.targets:
                self._evaluate(command)
            else:
                self._keep(command)
            return None
        match command:
            case Refusal():
                return command
            case UpdateDetector(message_id, detector_id, update, request):
                done = self._runtime.update(detector_id, update, message_id, self.unit.now)
                return self._note_operation("BatchUpdateDetector", request, done)
            case DeleteDetector(message_id, detector_id, request):
                done = self._runtime.delete(detector_id, message_id, self.unit.now)
                return self._note_operation("BatchDeleteDetector", request, done)

    def _evaluate(self, put: Put) -> None:
        """Evaluate a message in its targets; log it unless each of them has had it already."""
        outcomes = self._runtime.put_to(put.targets, put.trigger, self.unit.now, late=self._late)
        if type(outcomes[0]) is not Duplicate:
            self.unit.accepted.append(put.message)
        self._note_outcomes(outcomes)

    def _keep(self, put: Put) -> None:
        """Log a message that concerns no detector, unless it is a repetition."""
        if self.unit.is_new(put.seen, self.unit.now):
            self.unit.accepted.append(put.message)
        if self._watched:
            self.outcomes.append(Unrouted(self.unit.now, put.trigger))

    def _advance(self, limit: int | None) -> bool:
        """Fire the scheduled timers that are due; return whether it stopped at `limit`."""
        for evaluations, outcomes in enumerate(self._timer_runtime.advance(self.unit.now), start=1):
            self._note_outcomes(outcomes)
            if evaluations == limit:
                return True
        return False

    def log_failures(self) -> None:
        """Log the actions that could not be performed and the conditions that could not be evaluated."""
        failures = [
            f"{evaluation.model.name} {evaluation.key or ''}: {failure.where}: {failure.message}"
            for evaluation in self._failed
            for failure in evaluation.failures
        ]
        for text in failures[:MAX_LOGGED_FAILURES]:
            logger.warning("%s", text)
        if len(failures) > MAX_LOGGED_FAILURES:
            logger.warning("... and %d more", len(failures) - MAX_LOGGED_FAILURES)

    def _note_operation(self, operation: str, request: str, done: Evaluated | Refusal) -> Refusal | None:
        if isinstance(done, Refusal):
            return done
        self.unit.accepted.append(AcceptedOperation(self.unit.now, operation, request))
        self.outcomes.append(done)
        return None

    def _note_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Keep the failures of outcomes, their actions, and if watched all of them."""
        if self._watched:
            self.outcomes += outcomes
        for outcome in outcomes:
            if type(outcome) is Evaluated:
                if outcome.failures:
                    self._failed.append(outcome)
                if outcome.effects:
                    self._request_actions(outcome, outcomes)

    def _request_actions(self, evaluation: Evaluated, outcomes: Iterable[Outcome]) -> None:
        detector_id, refused = DetectorId(evaluation.model.name, evaluation.key), _refused(outcomes)
        self.unit.actions += [
            _action(effect, detector_id, evaluation.time, refused) for effect in evaluation.effects
        ]


def _detectors_of(command: PreparedCommand) -> list[DetectorId]:
    """Return the detectors that a command concerns."""
    match command:
        case Put():
            return [target.detector_id for target in command.targets]
        case Refusal():
            return []
        case _:
            return [command.detector_id]


def _refused(outcomes: Iterable[Outcome]) -> dict[str | None, str]:
    """Return the reasons of refused messages by their ids."""
    return {outcome.message.message_id: outcome.reason for outcome in outcomes if type(outcome) is Rejected}


def _action(
    effect: Effect, detector_id: DetectorId, time: int, refused: dict[str | None, str]
) -> OutboxAction:
    """Return the outbox's record of an effect: messages of `iotEvents` actions are delivered or refused."""
    parameters = json_text(dict(effect.parameters))
    internal = effect.type == "iotEvents"
    failure = refused.get(effect.id) if internal else None
    return OutboxAction(
        effect.id,
        time,
        detector_id,
        effect.type,
        effect.event_name,
        parameters,
        effect.payload,
        failure,
        internal,
    )
