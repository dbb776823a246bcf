"""Messages of devices to inputs, as they are sent and as they are accepted."""

from typing import NamedTuple


class MessageKey(NamedTuple):
    """Identity of a message: a repetition has the same input and messageId."""

    input_name: str
    message_id: str


class Message(NamedTuple):
    """Message as it was sent; `timestamp` is its sender's, in epoch milliseconds."""

    key: MessageKey
    payload: bytes
    timestamp: int | None = None


class AcceptedMessage(NamedTuple):
    """Message as it is logged: accepted at `time`, in epoch milliseconds; `payload` is its JSON text."""

    time: int
    key: MessageKey
    payload: str
    timestamp: int | None = None
