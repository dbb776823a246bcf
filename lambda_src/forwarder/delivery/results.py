"""Results: what became of the messages and the records of an invocation."""

from dataclasses import dataclass
from enum import Enum


class MessageStatus(Enum):
    """Final status of a message."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class MessageResult:
    """Status of a message; `code` and `text` say why it was not accepted."""

    status: MessageStatus
    code: str = ""
    text: str = ""


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
    """Status of a record; `reason` and `text` say why it is unfinished."""

    status: RecordStatus
    reason: str = ""
    text: str = ""


FORWARDED, DROPPED = RecordResult(RecordStatus.FORWARDED), RecordResult(RecordStatus.DROPPED)
