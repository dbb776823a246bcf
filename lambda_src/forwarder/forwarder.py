"""Invocation: an event is read, routed, delivered, what is rejected is stored, and the response is built."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import wait
from time import time

from forwarder.batches import in_batches
from forwarder.config.config import Config
from forwarder.delivery import retries
from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.deadline import DUPLICATE_WINDOW, REDELIVERY, Deadline
from forwarder.delivery.delivery import make_delivery
from forwarder.delivery.delivery_io import DeliveryIO, Send
from forwarder.delivery.pool import Pool
from forwarder.delivery.results import RecordResult
from forwarder.delivery.tasks import RecordState
from forwarder.errors import ConfigError
from forwarder.records import Record, Source
from forwarder.rejected_records.encoder import encode_record
from forwarder.rejected_records.queue import is_url_of
from forwarder.rejected_records.storing import store_all
from forwarder.response.batch_response import BatchResponse, build_response, checkpoint
from forwarder.response.report import Report
from forwarder.response.visibility_backoff import BATCH
from forwarder.routing.parts import tell_all_apart
from forwarder.routing.reading import route_records
from forwarder.sources.events import Event, read_event

Put = Callable[[Sequence[str]], Sequence[bool]]
"""Sends up to ten documents to the rejected-records queue; returns for each whether the queue took it."""
Delay = Callable[[Sequence[Record]], Sequence[str]]
"""Delays up to ten returned messages of a standard queue; returns why some could not be delayed."""


def wall_clock() -> int:
    """Return the epoch milliseconds."""
    return int(time() * 1000)


class Forwarder:
    """Forwarder of events: holds what outlives an invocation, the configuration, clients and threads.

    `send` makes a BatchPutMessage call, `clock` gives epoch milliseconds, `backoff` is the bound of the
    first retry's delay in seconds.
    """

    def __init__(
        self,
        config: Config,
        *,
        send: Send,
        pool: Pool,
        put: Put | None = None,
        delay: Delay | None = None,
        clock: Callable[[], int] = wall_clock,
        backoff: float = retries.BASE,
    ) -> None:
        self._config = config
        self._send = send
        self._pool = pool
        self._put = put if config.on_rejected == "dead-letter" else None
        self._delay = delay
        self._clock = clock
        self._backoff = backoff
        self._warns = True

    def handle(self, event: object, remaining: Callable[[], float]) -> Report:
        """Handle an event and return its report; `remaining` gives the seconds left.

        Raise EventError for an event that cannot be handled, ConfigError if the time is too short for a
        single call or the rejected-records queue is the event's own, AccountingError if the counts do not
        add up: then nothing is acknowledged.
        """
        now = self._clock()
        parsed = read_event(event, self._config)
        self._check_queue(parsed)
        warnings = self._warnings(parsed, remaining())
        deadline = Deadline(remaining, self._config.connect_timeout + self._config.read_timeout)
        state = self._route(parsed, deadline)
        if any(task.message for task in state.tasks):
            deadline.check()
        delivery = make_delivery(self._config, state, self._io(deadline))
        delivery.run()
        self._store_rejected(parsed, state, deadline)
        response = build_response(parsed, list(_results(state.records)))
        warnings += self._delay_returned(parsed, response, deadline)
        return Report(parsed, state, response, delivery.stats, _age(parsed, now), warnings)

    def _check_queue(self, event: Event) -> None:
        """Raise ConfigError if what is rejected would be stored in the queue that the event comes from."""
        url = self._config.rejected_queue_url
        if self._put is not None and url is not None and is_url_of(url, event.arn):
            text = f"is the queue that the event comes from ({event.arn}): what is rejected would come again"
            raise ConfigError([f"rejectedQueueUrl: {text} for ever; it must be another queue"])

    def _route(self, event: Event, deadline: Deadline) -> BatchState:
        return BatchState(
            tell_all_apart(route_records(self._config, event, deadline.may_read)),
            barriers=self._config.ordering != "none" and event.source is Source.FIFO,
            in_shard=event.source is Source.KINESIS,
            give_back=self._put is None,
        )

    def _io(self, deadline: Deadline) -> DeliveryIO:
        return DeliveryIO(
            send=self._send,
            store=lambda record: self._store([record])[0],
            pool=self._pool,
            deadline=deadline,
            backoff=self._backoff,
        )

    def _store_rejected(self, event: Event, state: BatchState, deadline: Deadline) -> None:
        """Store what was rejected; of a Kinesis batch only what will not be delivered again."""
        if self._put is None:
            return
        storable = [record for record in state.records if record.storable]
        end = checkpoint(event, _results(record for record in state.records if not record.storable))
        stored = store_all(
            [record for record in storable if end is None or record.position < end],
            self._store,
            self._pool,
            deadline,
            in_order=event.source is Source.KINESIS,
        )
        for record, is_stored in stored.items():
            record.stored = is_stored

    def _store(self, records: Sequence[RecordState]) -> Sequence[bool]:
        """Store records; return for each whether it was stored. Runs in the pool's threads."""
        assert self._put is not None
        now = self._clock()
        return self._put([encode_record(record.routed.record, record.problems, now) for record in records])

    def _delay_returned(self, event: Event, response: BatchResponse, deadline: Deadline) -> tuple[str, ...]:
        """Delay the returned messages of a standard queue; return a warning for each kind of failure."""
        if self._delay is None or event.source is not Source.SQS or not response.failed:
            return ()
        failed = [event.records[position] for position in response.failed]
        futures = [self._pool.submit(self._delay, batch) for batch in in_batches(failed, BATCH)]
        done, hanging = wait(futures, timeout=deadline.storing())
        if hanging:
            self._pool.abandon()
        reasons = {reason for future in done for reason in future.result()} | (
            {"no answer in time"} if hanging else set()
        )
        return tuple(
            f"the visibility of returned messages was not changed: {reason}" for reason in sorted(reasons)
        )

    def _warnings(self, event: Event, timeout: float) -> tuple[str, ...]:
        """Return a warning, once, if no visibility timeout can fit the function's timeout (seconds).

        Lambda asks for a visibility timeout of at least six times the timeout, and a redelivery has to
        reach the target within its duplicate window: visibility timeout + timeout + 20 s < 300 s.
        """
        if not self._warns or event.source is Source.KINESIS or 7 * timeout + REDELIVERY < DUPLICATE_WINDOW:
            return ()
        self._warns = False
        most = (DUPLICATE_WINDOW - REDELIVERY) // 7 - 1
        return (
            f"the function's timeout ({timeout:.0f} s) is too long for a queue: with six times as much as"
            " visibility timeout, messages come again after the target has forgotten their ids (300 s) and"
            f" may be taken twice; at most {most} s are fine",
        )


def _results(records: Iterable[RecordState]) -> Iterator[tuple[Record, RecordResult]]:
    return ((record.routed.record, record.result) for record in records)


def _age(event: Event, now: int) -> int:
    """Return the age of the oldest record in milliseconds."""
    return max(0, now - min((record.arrival for record in event.records if record.arrival), default=now))
