"""What starts an evaluation."""

from typing import Any, NamedTuple, TypeAlias


class MessageEvent(NamedTuple):
    """A message of an input; the payload is decoded JSON."""

    input: str
    payload: dict[str, Any]
    message_id: str | None = None


class TimerEvent(NamedTuple):
    """The timers whose deadline is `now` have run out."""


TIMER = TimerEvent()

Event: TypeAlias = MessageEvent | TimerEvent
