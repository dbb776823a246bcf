"""Reading the events that Lambda's pollers send: SQS messages and Kinesis records.

An event that cannot be used at all raises EventError; what is wrong with one record only is that record's
problem. The shapes are those of the AWS Lambda developer guide ("Using Lambda with Amazon SQS", "… Kinesis").
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from forwarder.config.config import Config
from forwarder.errors import EventError, Rejection
from forwarder.reasons import BAD_RECORD, Reason
from forwarder.records import Problem, Record, Source
from forwarder.sources import kpl, other_sources
from forwarder.sources.base64_text import decode_base64
from forwarder.timestamps import read_timestamp

_WINDOW_MEMBERS = ("window", "state", "isFinalInvokeForWindow", "isWindowTerminatedEarly")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Records of one invocation, all of one queue or stream; `size` counts them before KPL."""

    source: Source
    arn: str
    records: tuple[Record, ...]
    size: int

    @property
    def ids(self) -> frozenset[str]:
        """Return the item identifiers that a response may name."""
        return frozenset(record.id for record in self.records)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Properties that all records of an event share."""

    source: Source
    arn: str
    base64_bodies: bool
    now: int | None


def read_event(event: object, config: Config, *, now: int | None = None) -> Event:
    """Return the records of an event; one without Records in the list counts as an SQS event.

    `now` (epoch milliseconds) stands in for a time of arrival that the event lacks; without `now` such a
    record has a problem. Raises EventError.
    """
    entries = _entries(event)
    if not entries:
        return Event(Source.SQS, "", (), 0)
    name = _source_name(entries)
    arn = _only(entries, "eventSourceARN")
    batch = _Batch(_source(name, arn), arn, config.body_encoding == "base64", now)
    read = _READERS[name]
    records = tuple(record for i, entry in enumerate(entries) for record in read(batch, i, entry))
    return Event(batch.source, arn, records, len(entries))


def _entries(event: object) -> Sequence[Mapping[str, Any]]:
    if isinstance(event, list) and (source := other_sources.source_of_list(event)):
        raise EventError(other_sources.refusal(source))
    if not isinstance(event, Mapping):
        raise EventError(f"the event is no object but {type(event).__name__}")
    if window := [name for name in _WINDOW_MEMBERS if name in event]:
        raise EventError(
            f"the event belongs to a tumbling window (it has `{window[0]}`); set its length to 0"
        )
    entries = event.get("Records")
    if not isinstance(entries, list):
        if source := other_sources.source_without_records(event):
            raise EventError(other_sources.refusal(source))
        raise EventError("the event has no list `Records`: it does not come from SQS or Kinesis")
    for position, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise EventError(f"Records[{position}] is no object")
    return entries


def _source_name(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the source that all records name; raise EventError if it is none that is handled."""
    names = {other_sources.source_of_record(entry) for entry in entries}
    name = names.pop() if len(names) == 1 else None
    if name is None:
        name = _only(entries, "eventSource")
    if name not in _READERS:
        raise EventError(other_sources.refusal(name))
    return name


def _only(entries: Iterable[Mapping[str, Any]], member: str) -> str:
    """Return the value that all records have in common."""
    values = {str(entry.get(member) or "") for entry in entries}
    if len(values) > 1:
        raise EventError(f"the records differ in `{member}`: {', '.join(sorted(values))}")
    value = values.pop()
    if not value:
        raise EventError(f"the records have no `{member}`")
    return value


def _source(name: str, arn: str) -> Source:
    # Only the queue's name says FIFO: standard queues carry message groups too (fair queues).
    if name == "aws:kinesis":
        return Source.KINESIS
    return Source.FIFO if arn.endswith(".fifo") else Source.SQS


def _id(value: object, place: str) -> str:
    if not isinstance(value, str) or not value:
        raise EventError(f"{place} is missing: the record could not be given back")
    return value


def _read_sqs(batch: _Batch, position: int, entry: Mapping[str, Any]) -> Iterable[Record]:
    attributes = _object(entry.get("attributes"))
    data, problem = _body(entry.get("body"), batch)
    arrival, unknown = _arrival(attributes.get("SentTimestamp"), "SentTimestamp", batch)
    yield Record(
        position=position,
        id=_id(entry.get("messageId"), f"Records[{position}].messageId"),
        source=batch.source,
        arn=batch.arn,
        data=data,
        # A FIFO queue always gives the group; should it not, such records keep their order among themselves.
        key=str(attributes.get("MessageGroupId", "")) if batch.source is Source.FIFO else None,
        arrival=arrival,
        event=entry,
        problem=problem or unknown,
    )


def _read_kinesis(batch: _Batch, position: int, entry: Mapping[str, Any]) -> Iterable[Record]:
    kinesis = _object(entry.get("kinesis"))
    id = _id(kinesis.get("sequenceNumber"), f"Records[{position}].kinesis.sequenceNumber")
    data, problem = _decoded(kinesis.get("data"), "kinesis.data")
    name = "approximateArrivalTimestamp"
    arrival, unknown = _arrival(kinesis.get(name), name, batch)
    key = kinesis.get("partitionKey")
    own_key = key if isinstance(key, str) else None
    make = partial(
        Record,
        position=position,
        id=id,
        source=Source.KINESIS,
        arn=batch.arn,
        arrival=arrival,
        event=entry,
        problem=problem or unknown,
    )
    return (make(data=data, key=own_key),) if problem or unknown else take_apart(make, data, own_key)


def take_apart(make: Callable[..., Record], data: bytes, key: str | None) -> Sequence[Record]:
    """Return the sub-records of a KPL aggregate; the record itself if it is none or cannot be read.

    `make` makes a Record of what they do not share.
    """
    try:
        parts = kpl.deaggregate(data)
    except kpl.UnreadableAggregateError as error:
        return (make(data=data, key=key, aggregate_fault=str(error)),)
    if parts is None:
        return (make(data=data, key=key),)
    if not parts:
        return (make(data=data, key=key, is_empty=True),)
    return [make(data=part, key=part_key, sub=sub) for sub, (part_key, part) in enumerate(parts)]


_Reader = Callable[[_Batch, int, Mapping[str, Any]], Iterable[Record]]
_READERS: Mapping[str, _Reader] = {"aws:sqs": _read_sqs, "aws:kinesis": _read_kinesis}


def _body(body: object, batch: _Batch) -> tuple[bytes, Problem | None]:
    if batch.base64_bodies:
        return _decoded(body, "body")
    if not isinstance(body, str):
        return b"", Problem(Reason(BAD_RECORD, "`body` is missing or no text"))
    return body.encode("utf-8", "surrogatepass"), None


def _decoded(text: object, place: str) -> tuple[bytes, Problem | None]:
    """Return the bytes of base64 text, or the text's own bytes and what is wrong with it."""
    if not isinstance(text, str):
        return b"", Problem(Reason(BAD_RECORD, f"`{place}` is missing or no text"))
    try:
        return decode_base64(text), None
    except Rejection as error:
        reason = Reason(error.reason.code, f"`{place}` is {error.reason.text}")
        return text.encode("utf-8", "surrogatepass"), Problem(reason)


def _arrival(value: object, name: str, batch: _Batch) -> tuple[int, Problem | None]:
    """Return the time of arrival, epoch milliseconds, that the event's member `name` has."""
    milliseconds = read_timestamp(value)
    if milliseconds is not None:
        return milliseconds, None
    if batch.now is not None:
        return batch.now, None
    return 0, Problem(Reason(BAD_RECORD, f"`{name}` is missing or no time"))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _NOTHING
