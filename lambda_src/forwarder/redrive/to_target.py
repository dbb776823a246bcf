"""Sending rejected records to the target, by the configuration of today: only what was rejected of each."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from forwarder import reasons
from forwarder.config.config import Config
from forwarder.delivery.batch_state import BatchState, RecordStatus
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.delivery import Delivery, Send
from forwarder.delivery.pool import Pool
from forwarder.delivery.scheduler import make_scheduler
from forwarder.records import Message, Record, Routed, Source
from forwarder.redrive.destination import QueuedRecord
from forwarder.rejected_records.decoder import RejectedRecord
from forwarder.routing.router import route_record
from forwarder.sources.events import read_event

AMPLE = 3600.0
"""Seconds for the calls of a few records: a command has no deadline."""

_JUDGED_BY_TARGET = {reasons.REFUSED, reasons.UNKNOWN_INPUT}
"""Codes of single messages, of records whose others were accepted; with any other code none was sent."""


class ToTarget:
    """Routes records anew and delivers their messages as the function does, with its retries and order."""

    def __init__(self, config: Config, send: Send, pool: Pool) -> None:
        self.fault = ""
        self._config = config
        self._send = send
        self._pool = pool
        self._known: dict[str, bytes] = {}

    def check(self, queued: QueuedRecord) -> str:
        """Return why nothing can be sent of a record."""
        routed = self._route(queued.record)
        if routed.problems:
            first = routed.problems[0]
            return f"still rejected: {first.code}: {first.text}"
        return "" if routed.messages else "the configuration makes no message of what was rejected"

    def move(self, records: Sequence[QueuedRecord]) -> list[str]:
        """Send the messages of some records together."""
        state = BatchState([self._with_own_ids(self._route(queued.record)) for queued in records])
        delivery = Delivery(
            state,
            make_scheduler(state.tasks, state.routed, self._config.ordering),
            config=self._config,
            checkpoint=False,
            send=self._send,
            store=lambda entry: False,
            pool=self._pool,
            deadline=Deadline(lambda: AMPLE, self._config.connect_timeout + self._config.read_timeout),
        )
        delivery.run()
        return [self._reason(state, entry) for entry in range(len(records))]

    def _reason(self, state: BatchState, entry: int) -> str:
        for problem in state.problems(entry):
            return f"rejected again: {problem.code}: {problem.text}"
        result = state.result(entry)
        if result.reason == reasons.CONFIGURATION:
            self.fault = result.text or self.fault
        if result.status is RecordStatus.FORWARDED:
            return ""
        return ": ".join(part for part in (result.reason, result.text) if part)

    def _route(self, rejected: RejectedRecord) -> Routed:
        """Return what is to be sent of a record, or why it still cannot be."""
        routed = route_record(self._config, _record(rejected, self._config))
        wanted = _wanted(rejected)
        if wanted is None or routed.problems:
            return _renamed(routed, _clashing(rejected, routed))
        return replace(routed, messages=tuple(one for one in routed.messages if one.index in wanted))

    def _with_own_ids(self, routed: Routed) -> Routed:
        """Give another id to messages whose id this pass used for other content: they would be ignored."""
        clashing = {
            one.id for one in routed.messages if self._known.get(one.id, _content(one)) != _content(one)
        }
        routed = _renamed(routed, clashing)
        self._known |= {one.id: _content(one) for one in routed.messages}
        return routed


def _record(rejected: RejectedRecord, config: Config) -> Record:
    """Return the record as the function saw it."""
    if rejected.source is not Source.KINESIS:
        entry = {
            "messageId": rejected.id,
            "body": rejected.data.decode("utf-8", "surrogatepass"),
            "attributes": rejected.attributes,
            "messageAttributes": rejected.message_attributes,
            "eventSource": "aws:sqs",
            "eventSourceARN": rejected.arn,
        }
        return read_event({"Records": [entry]}, config, now=rejected.time).records[0]
    return Record(
        position=0,
        id=rejected.id,
        source=Source.KINESIS,
        arn=rejected.arn,
        data=rejected.data,
        key=rejected.partition_key,
        arrival=rejected.arrival or rejected.time,
        event={"eventID": rejected.event_id},
        sub=rejected.sub,
    )


def _wanted(rejected: RejectedRecord) -> set[int] | None:
    """Return which messages of a record were rejected; None: all, or it is not known of all."""
    known = rejected.problem_count == len(rejected.problems)
    if known and _JUDGED_BY_TARGET.issuperset(rejected.codes):
        return {problem.index for problem in rejected.problems}
    return None


def _clashing(rejected: RejectedRecord, routed: Routed) -> set[str]:
    """Return the ids that meant other content already when the record was rejected: within its duplicate
    window the target would ignore these messages and answer success.
    """
    if reasons.DUPLICATE_ID not in rejected.codes:
        return set()
    if rejected.problem_count > len(rejected.problems):
        return {message.id for message in routed.messages}
    return {str(one.message_id) for one in rejected.problems if one.code == reasons.DUPLICATE_ID}


def _renamed(routed: Routed, ids: set[str]) -> Routed:
    """Replace ids by such that are made of the content too, and so the same again."""
    if not ids:
        return routed
    messages = [
        replace(one, id=_content(one).hex()[:32]) if one.id in ids else one for one in routed.messages
    ]
    return replace(routed, messages=tuple(messages))


def _content(message: Message) -> bytes:
    named = f"{message.id}\n{message.input}\n".encode()
    return hashlib.sha256(named + message.payload).digest()
