"""Reading of the records of an event: in which order they are routed, and for how long.

A record of a few bytes may open to a megabyte that takes long to parse. So that a few of these do not use up
the time in which messages are sent, reading ends in time; what is unread goes back to its source.
"""

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from forwarder.config.config import Config
from forwarder.records import Record, Routed, Source
from forwarder.routing.record_view import RecordView
from forwarder.routing.router import route_record
from forwarder.sources.events import Event

LARGE = 64 * 1024
"""Bytes: what opens to more is read last on a standard queue."""
_PACKED_TEXT = re.compile(rb'"(?:H4sI|e[AFJN])')
"""Beginning of gzip or zlib data in base64, as JSON text."""


def route_records(config: Config, event: Event, may_go_on: Callable[[], bool]) -> list[Routed]:
    """Return the records of an event, routed, in the order of the event; at least one of them is read.

    `may_go_on` is asked before each further one. The sub-records of an aggregate are read together, since
    their ids depend on each other.
    """
    routed: list[Routed | None] = [None] * len(event.records)
    for number, indexes in enumerate(_reading_order(config, event)):
        if number and not may_go_on():
            break
        for index in indexes:
            routed[index] = route_record(config, event.records[index])
    return [read or Routed(record, unread=True) for read, record in zip(routed, event.records, strict=True)]


def _reading_order(config: Config, event: Event) -> Sequence[Sequence[int]]:
    """Return the indexes of the records in the order of reading; those that are read together are together.

    FIFO groups, streams and strict order are read as they came. On a standard queue the records that open to
    much come last, and of these first the one that was received most often: none waits for ever.
    """
    if event.source is not Source.SQS or config.ordering == "strict":
        indexes = range(len(event.records))
        return [[*group] for _, group in groupby(indexes, key=lambda i: event.records[i].position)]
    large = [index for index, record in enumerate(event.records) if _opens_to_much(config, record)]
    large.sort(key=lambda index: _receives(event.records[index]), reverse=True)
    small = sorted({*range(len(event.records))} - {*large}) if large else range(len(event.records))
    return [[index] for index in (*small, *large)]


def _opens_to_much(config: Config, record: Record) -> bool:
    if len(record.data) > LARGE:
        return True
    is_json = record.data[:1] in (b"{", b"[")
    if is_json and (config.envelope == "none" or not _PACKED_TEXT.search(record.data)):
        return False
    return RecordView(config, record).opens_to_more_than(LARGE)


def _receives(record: Record) -> int:
    """Return how often a message was received, as SQS says (ApproximateReceiveCount)."""
    attributes = record.event.get("attributes")
    count = attributes.get("ApproximateReceiveCount") if isinstance(attributes, dict) else None
    return int(count) if isinstance(count, str) and count.isdecimal() and len(count) < 10 else 0
