"""Messages of devices to inputs, as they are sent and as they are accepted."""

from typing import NamedTuple

from iotevents.named_tuples import make


class MessageKey(NamedTuple):
    """Identity of a message: a repetition has the same input and messageId."""

    input_name: str
    message_id: str


class Message(NamedTuple):
    """Message as it was sent; `timestamp` is its sender's, in epoch milliseconds."""

    key: MessageKey
    payload: bytes
    timestamp: int | None = None


def make_message(input_name: str, message_id: str, payload: bytes, timestamp: int | None) -> Message:
    """Return a message as it was sent: `Message(MessageKey(...), ...)`, but faster."""
    return make(Message, (make(MessageKey, (input_name, message_id)), payload, timestamp))


class AcceptedMessage(NamedTuple):
    """Message as it is logged: accepted at `time`, in epoch milliseconds; `payload` is its JSON text."""

    time: int
    key: MessageKey
    payload: str
    timestamp: int | None = None


def make_accepted_message(time: int, key: MessageKey, payload: str, timestamp: int | None) -> AcceptedMessage:
    """Return a message as it is logged: `AcceptedMessage(...)`, but faster."""
    return make(AcceptedMessage, (time, key, payload, timestamp))
