"""What the system does with messages, timers and operations; knows no HTTP and no clock.

Whatever comes together is evaluated together and committed once: new states, the messages, their keys and the
actions. State first, effects after: actions leave the outbox when they are durable.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Final, TypeAlias

from iotevents.deduplication import dedup_key
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.engine import MessageEvent
from iotevents.engine.detector import Detector, DetectorId
from iotevents.engine.message_payload import PayloadError, read_payload
from iotevents.errors import NotFoundError
from iotevents.messages import Message
from iotevents.named_tuples import make
from iotevents.runtime.outcomes import Outcome, Refusal
from iotevents.runtime.routing import KeyValueError
from iotevents.runtime.runtime import targets_of
from iotevents.service.dedup_window import DedupWindow
from iotevents.service.definition_versions import build_registry, new_versions
from iotevents.service.event_time import EventTime
from iotevents.service.journal import Journal
from iotevents.service.transaction import DeleteDetector, KeepMessage, PutMessage, Transaction, UpdateDetector
from iotevents.service.unit_of_work import UnitOfWork
from iotevents.stores.records import AcceptedMessage
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

MAX_PAYLOAD_BYTES: Final = 1024
"""Of one message, decoded. Source: https://docs.aws.amazon.com/general/latest/gr/iot-events.html"""
SLICE: Final = 1000
"""Evaluations by timers in one commit: more would let calls wait."""

KINDS: Final = {Kind.INPUT.value: "input", Kind.DETECTOR_MODEL.value: "model"}
"""What people call that which an operation creates."""

Command: TypeAlias = Message | UpdateDetector | DeleteDetector
Watch: TypeAlias = Callable[[Outcome], None]


class Service:
    """Runs the detectors of a store.

    With `message_time` the clock is that of the messages: it stands where the latest of them was sent, and
    timers are due by it; `EventTime` says which times are not believed. `journal` gets what was accepted.
    `watch` is told of each outcome after its commit; outcomes hold their conditions then.
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
        self._redelivery = DedupWindow()
        self._sent_times = EventTime()
        self._world = build_registry(store.definitions())

    def define(self, bodies: Iterable[RequestBody]) -> list[str]:
        """Take definitions that were checked; give the inputs and models that have a new version by that.

        The detectors of an older version are gone; they come again with their next messages.
        """
        new = new_versions(self._store.definitions(), bodies)
        if new:
            self._store.define(new)
            self._world = build_registry(self._store.definitions())
        return [f"{KINDS[one.kind]} {one.name} (version {one.version})" for one in new]

    @property
    def inputs(self) -> frozenset[str]:
        """The names of the inputs that there are."""
        return self._world.inputs

    def do(self, commands: Sequence[Command], now: int) -> list[Refusal | None]:
        """Do commands, in order; give for each why it was not done, or None. Durable when this returns.

        None also stands for a message that every detector that it concerns has had in the last 300 s: it
        changes nothing. `now` is epoch milliseconds; it is taken to be no earlier than the last commit.
        Raises StoreError if the store fails: then what was not committed can be sent again.
        """
        if not self.message_time:
            return self._do_at(commands, self.time(now), now)
        results: list[Refusal | None] = []
        for time, together in groupby(commands, partial(self._sent, now=now)):
            results += self._do_at(list(together), max(time, self._store.clock) or now, now)
        return results

    def tick(self, now: int) -> bool:
        """Let timers fire that are due, a slice of them; whether there may be more of them.

        With `message_time` they are due when the messages say so: then there is nothing to do.
        """
        return not self.message_time and self._fire_slice(self.time(now))

    def time(self, now: int) -> int:
        """The time by which timers are due, at `now` by this machine's clock; it never runs back."""
        clock = self._store.clock
        return clock if self.message_time and clock else max(now, clock)

    def catch_up(self, commands: Sequence[Command], now: int) -> bool:
        """Let timers fire that are due, a slice of all, and if there may be more of them one of the detectors
        that commands concern; whether there may be more of those.

        `do` lets them fire all at once: after a long downtime that may be very many, and others would wait.
        """
        if self.message_time:
            return False
        time = self.time(now)
        if not self._fire_slice(time):
            return False
        jobs = [self._read(one, time) if isinstance(one, Message) else one for one in commands]
        batch = self._batch(time)
        batch.load(jobs)
        more = batch.fire_of(jobs, SLICE)
        self._commit(batch)
        return more

    def describe(self, found: DetectorId) -> Detector:
        """A detector as it was committed last. Raises NotFoundError."""
        unit = UnitOfWork(self._store, self._world.models, self._store.clock)
        detector = unit.get(found) if found.model in self._world.models else None
        if detector is None:
            key = "" if found.key is None else f" with the key {found.key}"
            raise NotFoundError(f"Detector of model {found.model}{key} not found")
        return detector

    def list_detectors(
        self, model: str, *, state: str | None, after: str | None, limit: int
    ) -> list[Detector]:
        """Detectors of a model in the order of their keys, from behind a key on. Raises NotFoundError."""
        return self._store.detectors(model, self.version_of(model), state=state, after=after, limit=limit)

    def version_of(self, model: str) -> str:
        """The version of a model that runs. Raises NotFoundError."""
        if model not in self._world.models:
            raise NotFoundError(f"Detector model of name: {model} not found")
        return self._world.models[model].version

    def _sent(self, command: Command, now: int) -> int:
        return self._sent_times.of(command, now) if isinstance(command, Message) else 0

    # one commit

    def _do_at(self, commands: Sequence[Command], now: int, wall: int) -> list[Refusal | None]:
        if self.message_time:
            while self._fire_slice(now):
                pass
        operations = [one for one in commands if not isinstance(one, Message)]
        # In their order, as long as a slice holds all that are due.
        late = bool(operations) and self._fire_slice(now)
        batch = self._batch(now, self._window_end(now, wall))
        jobs = [self._read(one, now) if isinstance(one, Message) else one for one in commands]
        batch.load(jobs)
        if late:
            # A message lets the timers of its detectors fire first; an operation would take them away.
            batch.fire_of(operations)
        batch.fire(SLICE)
        results = [batch.do(job) for job in jobs]
        self._commit(batch)
        return results

    def _read(self, message: Message, now: int) -> PutMessage | KeepMessage | Refusal:
        key, payload, timestamp = message
        name, message_id = key
        if name not in self._world.inputs:
            return Refusal("ResourceNotFoundException", f"Input of name: {name} not found")
        try:
            text, document = read_payload(payload, self.max_payload_bytes)
            entry = make(AcceptedMessage, (now, key, text, timestamp))
            routes = self._world.routes.get(name)
            if routes is None:
                return make(KeepMessage, (entry, dedup_key("", None, name, message_id)))
            event = make(MessageEvent, (name, document, message_id))
            return make(PutMessage, (event, entry, targets_of(routes, event)))
        except (PayloadError, KeyValueError) as error:
            return Refusal("InvalidRequestException", str(error))

    def _fire_slice(self, now: int) -> bool:
        batch = self._batch(now)
        more = batch.fire(SLICE)
        self._commit(batch)
        return more

    def _batch(self, now: int, window_end: int | None = None) -> Transaction:
        return Transaction(
            self._store, self._world, now, watched=self._watch is not None, window_end=window_end
        )

    def _window_end(self, now: int, wall: int) -> int:
        return self._redelivery.window_end(self._store.clock, wall, now) if self.message_time else now

    def _commit(self, batch: Transaction) -> None:
        if batch.unit.empty:
            return
        self._store.commit(batch.unit.changes(), batch.unit.now, batch.unit.window_end)
        if self._journal is not None:
            self._journal.add(batch.unit.entries)
        batch.tell_failures()
        if self._watch is not None:
            for outcome in batch.outcomes:
                self._watch(outcome)
