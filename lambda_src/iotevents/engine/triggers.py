"""Triggers of an evaluation: a message, or the expiry of timers."""

from typing import Any, NamedTuple, TypeAlias


class MessageEvent(NamedTuple):
    """Message of an input; `payload` is all of its decoded JSON, undeclared attributes too."""

    input: str
    payload: dict[str, Any]
    message_id: str | None = None


class TimerEvent(NamedTuple):
    """Expiry of all timers whose deadline is `now`, in a single evaluation."""


TIMER = TimerEvent()

Trigger: TypeAlias = MessageEvent | TimerEvent
