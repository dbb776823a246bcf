"""Triggers of an evaluation: a message, or the expiry of timers."""

from typing import Any, NamedTuple, TypeAlias

from iotevents.named_tuples import make


class MessageEvent(NamedTuple):
    """Message of an input; `payload` is all of its decoded JSON, undeclared attributes too."""

    input: str
    payload: dict[str, Any]
    message_id: str | None = None


def make_message_event(input_name: str, payload: dict[str, Any], message_id: str) -> MessageEvent:
    """Return a message with these members: `MessageEvent(...)`, but faster."""
    return make(MessageEvent, (input_name, payload, message_id))


class TimerEvent(NamedTuple):
    """Expiry of all timers whose deadline is `now`, in a single evaluation."""


TIMER = TimerEvent()

Trigger: TypeAlias = MessageEvent | TimerEvent
