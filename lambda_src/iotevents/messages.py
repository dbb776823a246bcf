"""Messages that devices send to inputs."""

from dataclasses import dataclass
from typing import NamedTuple


class MessageKey(NamedTuple):
    """Identity of a message: a repeated one has the same."""

    input_name: str
    message_id: str


class Message(NamedTuple):
    """Message as sent: its payload, and its sender's timestamp in epoch milliseconds."""

    key: MessageKey
    payload: bytes
    timestamp: int | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """Accepted message, as read from the store.

    `sequence` counts accepted messages from 1; `payload` is its JSON text; `received` is the server's clock
    at its acceptance. Times are epoch milliseconds.
    """

    sequence: int
    key: MessageKey
    payload: str
    timestamp: int | None
    received: int
