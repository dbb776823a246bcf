"""Messages: what devices send to inputs."""

from dataclasses import dataclass
from typing import NamedTuple


class MessageKey(NamedTuple):
    """What tells a repeated message from a new one."""

    input_name: str
    message_id: str


class Message(NamedTuple):
    """A message as it was sent: its payload, and the time that its sender gave it in epoch milliseconds."""

    key: MessageKey
    payload: bytes
    timestamp: int | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message that was accepted, as the store gives it back.

    `sequence` counts accepted messages from 1; `payload` is its JSON text; `received` is the server's clock
    at its acceptance. Times are epoch milliseconds.
    """

    sequence: int
    key: MessageKey
    payload: str
    timestamp: int | None
    received: int
