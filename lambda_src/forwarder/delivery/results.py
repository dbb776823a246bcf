"""Results: what became of the messages and the records of an invocation."""

from dataclasses import dataclass
from enum import Enum

from forwarder.reasons import NO_REASON, Reason


class MessageStatus(Enum):
    """Final status of a message."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class MessageResult:
    """Status of a message, and the reason if it was not accepted."""

    status: MessageStatus
    reason: Reason = NO_REASON


ACCEPTED = MessageResult(MessageStatus.ACCEPTED)


class RecordStatus(Enum):
    """Final status of a record."""

    FORWARDED = "forwarded"
    DROPPED = "dropped"
    REJECTED = "dead-lettered"
    """It lies in the rejected-records queue."""
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class RecordResult:
    """Status of a record, and the reason if it is unfinished."""

    status: RecordStatus
    reason: Reason = NO_REASON


FORWARDED, DROPPED = RecordResult(RecordStatus.FORWARDED), RecordResult(RecordStatus.DROPPED)
