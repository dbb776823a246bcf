"""The work of one invocation: a task per message, and the status of each."""

from dataclasses import dataclass
from enum import Enum

from forwarder.records import Message


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


@dataclass(slots=True, eq=False)
class Task:
    """Message to be sent, or (message None) a barrier: its lane waits until the record is done or stored."""

    order: int
    """Its index among all tasks of the invocation."""
    entry: int
    """The index of its record among the routed ones."""
    position: int
    """The index of its record in the event."""
    message: Message | None
    lane: int = 0
    attempts: int = 0
    result: MessageResult | None = None
