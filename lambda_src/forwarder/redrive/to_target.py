"""Redrive to the target, by the configuration of today: only the messages that were rejected."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from forwarder import reasons
from forwarder.config.config import Config
from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.delivery import make_delivery
from forwarder.delivery.delivery_io import DeliveryIO, Send
from forwarder.delivery.pool import Pool
from forwarder.delivery.results import RecordStatus
from forwarder.delivery.tasks import RecordState
from forwarder.records import Message, Problem, Record, Routed, Source
from forwarder.redrive.destination import QueuedRecord
from forwarder.rejected_records.decoder import RejectedRecord
from forwarder.routing.parts import tell_all_apart
from forwarder.routing.router import route_record
from forwarder.sources.events import read_event, take_apart

TIME_LIMIT = 3600.0
"""Seconds for the calls of a few records: more than they take, as a command has no deadline."""

_TARGET_ANSWERS = {reasons.REFUSED, reasons.UNKNOWN_INPUT}
"""Codes of single messages, whose record's other messages were accepted; with other codes none was sent."""


class ToTarget:
    """Target of the configuration; records are routed anew and sent with the function's retries and order."""

    def __init__(self, config: Config, send: Send, pool: Pool) -> None:
        self.fault = ""
        self._config = config
        self._send = send
        self._pool = pool
        self._contents: dict[str, bytes] = {}

    def check(self, queued: QueuedRecord) -> str:
        """Return why nothing can be sent of a record."""
        routed = self._route(queued.record)
        for problem in routed.problems:
            return f"still rejected: {problem.reason}"
        return "" if routed.messages else "the configuration makes no message of what was rejected"

    def move(self, records: Sequence[QueuedRecord]) -> list[str]:
        """Send the messages of all records together."""
        state = BatchState([self._with_own_ids(self._route(queued.record)) for queued in records])
        deadline = Deadline(lambda: TIME_LIMIT, self._config.connect_timeout + self._config.read_timeout)
        io = DeliveryIO(self._send, _store_nothing, self._pool, deadline)
        make_delivery(self._config, state, io).run()
        return [self._reason(record) for record in state.records]

    def _reason(self, record: RecordState) -> str:
        for problem in record.problems:
            return f"rejected again: {problem.reason}"
        result = record.result
        if result.reason.code == reasons.CONFIGURATION:
            self.fault = result.reason.text or self.fault
        if result.status is RecordStatus.FORWARDED:
            return ""
        return ": ".join(part for part in (result.reason.code, result.reason.text) if part)

    def _route(self, rejected: RejectedRecord) -> Routed:
        """Return the messages of a record that have to be sent, or its problems."""
        records = _records(rejected, self._config)
        parts = tell_all_apart(route_record(self._config, record) for record in records)
        messages = [message for part in parts for message in part.messages if _is_wanted(rejected, message)]
        problems = [
            problem for part in parts for problem in part.problems if _is_wanted_line(rejected, problem)
        ]
        routed = replace(parts[0], messages=tuple(messages), problems=tuple(problems))
        return _renamed(routed, _clashing(rejected, routed))

    def _with_own_ids(self, routed: Routed) -> Routed:
        """Give another id to messages whose id this pass used for other content: they would be ignored."""
        clashing = {
            message.id
            for message in routed.messages
            if self._contents.get(message.id, _content(message)) != _content(message)
        }
        routed = _renamed(routed, clashing)
        self._contents |= {message.id: _content(message) for message in routed.messages}
        return routed


def _store_nothing(record: RecordState) -> bool:
    """Store no record: what is rejected again stays in the queue that it came from."""
    return False


def _records(rejected: RejectedRecord, config: Config) -> Sequence[Record]:
    """Return the record as the function reads it from its event: an aggregate that can be read today
    in its sub-records.
    """
    if rejected.source is not Source.KINESIS:
        entry = {
            "messageId": rejected.id,
            "body": rejected.data.decode("utf-8", "surrogatepass"),
            "attributes": rejected.attributes,
            "messageAttributes": rejected.message_attributes,
            "eventSource": "aws:sqs",
            "eventSourceARN": rejected.arn,
        }
        return read_event({"Records": [entry]}, config, now=rejected.time).records
    make = partial(
        Record,
        position=0,
        id=rejected.id,
        source=Source.KINESIS,
        arn=rejected.arn,
        arrival=rejected.arrival or rejected.time,
        event={"eventID": rejected.event_id},
    )
    if rejected.sub is None:
        return take_apart(make, rejected.data, rejected.partition_key)
    return (make(data=rejected.data, key=rejected.partition_key, sub=rejected.sub),)


def _is_complete(rejected: RejectedRecord) -> bool:
    """Return whether the document names all that was rejected."""
    return rejected.problem_count == len(rejected.problems)


def _is_wanted(rejected: RejectedRecord, message: Message) -> bool:
    """Return whether a message was rejected: alone, or with its line or record; or whether it may have been.

    A record that is not known by lines, and was not read so, is the one line that it may have today.
    """
    if not _is_complete(rejected):
        return True
    problems = rejected.problems
    if rejected.other_lines_sent:
        problems = tuple(problem for problem in problems if problem.line == (message.line or 0))
    alone = all(problem.reason.code in _TARGET_ANSWERS for problem in problems)
    return message.index in {problem.index for problem in problems} if alone else True


def _is_wanted_line(rejected: RejectedRecord, problem: Problem) -> bool:
    """Return whether a problem is one of what was rejected: of a line only if that line was."""
    if not (_is_complete(rejected) and rejected.other_lines_sent) or problem.line is None:
        return True
    return problem.line in {known.line for known in rejected.problems}


def _clashing(rejected: RejectedRecord, routed: Routed) -> set[str]:
    """Return the ids that meant other content already when the record was rejected: within its duplicate
    window the target would ignore these messages and answer success.
    """
    if reasons.DUPLICATE_ID not in rejected.codes:
        return set()
    if not _is_complete(rejected):
        return {message.id for message in routed.messages}
    return {
        str(problem.message_id)
        for problem in rejected.problems
        if problem.reason.code == reasons.DUPLICATE_ID
    }


def _renamed(routed: Routed, ids: set[str]) -> Routed:
    """Replace ids by ids derived from the content too, which are the same in the next pass."""
    if not ids:
        return routed
    messages = [
        replace(message, id=_content(message).hex()[:32]) if message.id in ids else message
        for message in routed.messages
    ]
    return replace(routed, messages=tuple(messages))


def _content(message: Message) -> bytes:
    head = f"{message.id}\n{message.input}\n".encode()
    return hashlib.sha256(head + message.payload).digest()
