"""The service: executes commands and fires timers on a store; knows no HTTP and no clock.

Commands that come together are evaluated together and committed once: new states, the messages, their keys
and the actions. State first, effects after: actions leave the outbox when they are durable.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Final, TypeAlias

from iotevents.deduplication import dedup_key
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.engine.detector import Detector, DetectorId
from iotevents.engine.message_payload import PayloadError, read_payload
from iotevents.engine.triggers import make_message_event
from iotevents.errors import NotFoundError
from iotevents.messages import Message, make_accepted_message
from iotevents.runtime.outcomes import Outcome, Refusal
from iotevents.runtime.routing import KeyValueError
from iotevents.runtime.runtime import targets_of
from iotevents.service.commands import Command, PreparedCommand, Put, make_put
from iotevents.service.dedup_window import DedupWindow
from iotevents.service.definition_versions import build_registry, new_versions
from iotevents.service.event_time import EventTime
from iotevents.service.journal import Journal
from iotevents.service.transaction import Transaction
from iotevents.service.unit_of_work import UnitOfWork
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

MAX_PAYLOAD_BYTES: Final = 1024
"""Largest payload of a message, decoded. Source: https://docs.aws.amazon.com/general/latest/gr/iot-events.html"""
TIMER_SLICE: Final = 1000
"""Evaluations by timers in one commit, at most: more would make calls wait."""

KINDS: Final = {Kind.INPUT.value: "input", Kind.DETECTOR_MODEL.value: "model"}
"""The names for people of what an operation creates."""

Watch: TypeAlias = Callable[[Outcome], None]


class Service:
    """Execution of commands and timers on the detectors of a store.

    With `message_time` the clock is that of the messages: it stands where the latest of them was sent, and
    timers are due by it; `EventTime` rejects implausible timestamps. `journal` gets what was accepted.
    `watch` is called with each outcome after its commit; the outcomes have their conditions then.
    """

    def __init__(
        self,
        store: Store,
        *,
        max_payload_bytes: int = MAX_PAYLOAD_BYTES,
        message_time: bool = False,
        watch: Watch | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.max_payload_bytes = max_payload_bytes
        self.message_time = message_time
        self._store = store
        self._watch = watch
        self._journal = journal
        self._dedup_window = DedupWindow()
        self._event_time = EventTime()
        self._registry = build_registry(store.definitions())

    def define(self, bodies: Iterable[RequestBody]) -> list[str]:
        """Store definitions that were checked; return the inputs and models that have a new version.

        The detectors of an older version are removed; their next messages make them anew.
        """
        versions = new_versions(self._store.definitions(), bodies)
        if versions:
            self._store.define(versions)
            self._registry = build_registry(self._store.definitions())
        return [f"{KINDS[new.kind]} {new.name} (version {new.version})" for new in versions]

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the defined inputs."""
        return self._registry.inputs

    def do(self, commands: Sequence[Command], now: int) -> list[Refusal | None]:
        """Execute commands in order; return the refusal of each, or None. Durable when this returns.

        None also stands for a message that each detector that it concerns has had in the last 300 s: it
        changes nothing. `now` is epoch milliseconds, and counts as no earlier than the last commit. Raise
        StoreError if the store fails: uncommitted commands can be sent again.
        """
        if not self.message_time:
            return self._do_at(commands, self.time(now), now)
        results: list[Refusal | None] = []
        for time, together in groupby(commands, partial(self._sent, now=now)):
            results += self._do_at(list(together), max(time, self._store.clock) or now, now)
        return results

    def tick(self, now: int) -> bool:
        """Fire a slice of the timers that are due; return whether there may be more of them.

        With `message_time` only messages make timers due: this does nothing.
        """
        return not self.message_time and self._fire_slice(self.time(now))

    def time(self, now: int) -> int:
        """Return the time by which timers are due, at `now` by this machine's clock; it never runs back."""
        clock = self._store.clock
        return clock if self.message_time and clock else max(now, clock)

    def catch_up(self, commands: Sequence[Command], now: int) -> bool:
        """Fire a slice of the timers that are due; then, if more may be, of the commands' detectors.

        Return whether there may be more of the latter. `do` fires them all at once: after a long downtime
        that may be very many, and other calls would wait.
        """
        if self.message_time:
            return False
        time = self.time(now)
        if not self._fire_slice(time):
            return False
        prepared = self._prepare(commands, time)
        transaction = self._transaction(time)
        transaction.load(prepared)
        more = transaction.fire_of(prepared, TIMER_SLICE)
        self._commit(transaction)
        return more

    def describe(self, detector_id: DetectorId) -> Detector:
        """Return a detector as it was committed last. Raise NotFoundError."""
        unit = UnitOfWork(self._store, self._registry.models, self._store.clock)
        detector = unit.get(detector_id) if detector_id.model in self._registry.models else None
        if detector is None:
            key = "" if detector_id.key is None else f" with the key {detector_id.key}"
            raise NotFoundError(f"Detector of model {detector_id.model}{key} not found")
        return detector

    def list_detectors(
        self, model: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Return up to `limit` detectors of a model with keys above `after`, in their order.

        Raise NotFoundError.
        """
        return self._store.detectors(model, self.version_of(model), state=state, after=after, limit=limit)

    def version_of(self, model: str) -> str:
        """Return the current version of a model. Raise NotFoundError."""
        if model not in self._registry.models:
            raise NotFoundError(f"Detector model of name: {model} not found")
        return self._registry.models[model].version

    def _sent(self, command: Command, now: int) -> int:
        return self._event_time.of(command, now) if isinstance(command, Message) else 0

    # one commit

    def _do_at(self, commands: Sequence[Command], now: int, wall: int) -> list[Refusal | None]:
        if self.message_time:
            while self._fire_slice(now):
                pass
        operations = [command for command in commands if not isinstance(command, Message)]
        # Timers fire in their order, as long as a slice holds all that are due.
        late = bool(operations) and self._fire_slice(now)
        transaction = self._transaction(now, self._window_end(now, wall))
        prepared = self._prepare(commands, now)
        transaction.load(prepared)
        if late:
            # A message fires the timers of its detectors first; an operation would take them away.
            transaction.fire_of(operations)
        transaction.fire(TIMER_SLICE)
        results = [transaction.do(command) for command in prepared]
        self._commit(transaction)
        return results

    def _prepare(self, commands: Sequence[Command], now: int) -> list[PreparedCommand]:
        return [self._read(command, now) if isinstance(command, Message) else command for command in commands]

    def _read(self, message: Message, now: int) -> Put | Refusal:
        key, payload, timestamp = message
        name, message_id = key
        if name not in self._registry.inputs:
            return Refusal("ResourceNotFoundException", f"Input of name: {name} not found")
        try:
            text, document = read_payload(payload, self.max_payload_bytes)
            accepted = make_accepted_message(now, key, text, timestamp)
            trigger = make_message_event(name, document, message_id)
            routes = self._registry.routes.get(name)
            if routes is None:
                return make_put(accepted, trigger, (), dedup_key("", None, name, message_id))
            return make_put(accepted, trigger, targets_of(routes, trigger), "")
        except (PayloadError, KeyValueError) as error:
            return Refusal("InvalidRequestException", str(error))

    def _fire_slice(self, now: int) -> bool:
        transaction = self._transaction(now)
        more = transaction.fire(TIMER_SLICE)
        self._commit(transaction)
        return more

    def _transaction(self, now: int, window_end: int | None = None) -> Transaction:
        return Transaction(
            self._store, self._registry, now, watched=self._watch is not None, window_end=window_end
        )

    def _window_end(self, now: int, wall: int) -> int:
        return self._dedup_window.window_end(self._store.clock, wall, now) if self.message_time else now

    def _commit(self, transaction: Transaction) -> None:
        if transaction.unit.empty:
            return
        self._store.commit(transaction.unit.changes(), transaction.unit.now, transaction.unit.window_end)
        if self._journal is not None:
            self._journal.add(transaction.unit.accepted)
        transaction.log_failures()
        if self._watch is not None:
            for outcome in transaction.outcomes:
                self._watch(outcome)
