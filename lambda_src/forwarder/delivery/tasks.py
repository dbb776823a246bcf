"""The work of one invocation: a task per message, and the status of each."""

from dataclasses import dataclass
from enum import Enum

from forwarder.records import Message


class MessageStatus(Enum):
    """What became of a message."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class MessageResult:
    """The status of a message; `code` and `text` say why it was not accepted."""

    status: MessageStatus
    code: str = ""
    text: str = ""


ACCEPTED = MessageResult(MessageStatus.ACCEPTED)


@dataclass(slots=True, eq=False)
class Task:
    """One message on its way, or (message None) a rejected record that its lane has to wait for."""

    order: int
    """Where it stands among all tasks of the invocation."""
    entry: int
    """The index of its record among the routed ones."""
    position: int
    """The index of its record in the event."""
    message: Message | None
    lane: int = 0
    attempts: int = 0
    result: MessageResult | None = None
