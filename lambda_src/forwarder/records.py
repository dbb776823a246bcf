"""Records of an event, and the messages that routing builds of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from forwarder.reasons import Reason


class Source(Enum):
    """Kind of the queue or stream that an event comes from; a FIFO queue's name ends in `.fifo`."""

    SQS = "sqs"
    FIFO = "fifo"
    KINESIS = "kinesis"


@dataclass(frozen=True, slots=True)
class Record:
    """Unit of telemetry: an SQS message, a Kinesis record, or a sub-record of a KPL aggregate.

    `position` counts the event's own records from 0: sub-records share their parent's, and its `id`.
    """

    position: int
    id: str
    """The item identifier: SQS messageId, Kinesis sequenceNumber."""
    source: Source
    arn: str
    data: bytes
    """The body after the transport: SQS text as UTF-8, Kinesis data without base64 and KPL framing."""
    key: str | None
    """FIFO message group or partition key (of the sub-record); None on a standard queue."""
    arrival: int
    """Time at which the source took it, epoch milliseconds."""
    event: Mapping[str, Any]
    """The record as it stands in the event."""
    sub: int | None = None
    """The index within a KPL aggregate."""
    problem: "Problem | None" = None
    """Reason why `data` could not be taken out of its transport."""
    aggregate_fault: str = ""
    """Reason why `data`, which begin like a KPL aggregate, are taken as an ordinary record."""
    is_empty: bool = False
    """Whether it is a KPL aggregate without sub-records: nothing is in it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Record, or message at `index` of it, that can never be accepted, for `reason`."""

    reason: Reason
    index: int = 0
    message_id: str | None = None
    line: int | None = None
    """The number of the line that is rejected, alone, if the record is read by lines."""
    omitted: int = 0
    """Further problems of its record, which are left out behind it."""


@dataclass(frozen=True, slots=True)
class Message:
    """Entry of a BatchPutMessage call."""

    id: str
    input: str
    payload: bytes
    timestamp: int
    """Epoch milliseconds."""
    key: str | None
    """The ordering key; None: the message may overtake any other."""
    index: int = 0
    """Its place among the messages of its record, or of its line."""
    unknown_input: Literal["retry", "reject"] = "retry"
    """Treatment of the message if the target does not know the input."""
    positioned_id: str = ""
    """Its id with all positions of the part that it is; for parts that have one id and different content.

    Empty if the id has them already."""
    line: int | None = None
    """The number of its line, if the record is read by lines."""


@dataclass(frozen=True, slots=True)
class Routed:
    """Result of routing a record: its messages, or its problems, or (both empty) dropped on purpose.

    Only a record that is read by lines can have both: a line is rejected alone.
    """

    record: Record
    messages: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()
    route: int | None = None
    """The index of the route that took the record; None also if its lines have different ones."""
    illegal_timestamps: int = 0
    line_routes: frozenset[int] = frozenset()
    """The indexes of the routes that took its lines, if it is read by lines."""
    unread: bool = False
    """Whether there was no time left to read it: it goes back to its source."""

    @property
    def routes(self) -> frozenset[int]:
        """Return the indexes of all routes that took it, or a line of it."""
        return self.line_routes if self.route is None else frozenset((self.route,))
