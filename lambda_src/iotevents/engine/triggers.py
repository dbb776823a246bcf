"""What starts an evaluation."""

from typing import Any, NamedTuple, TypeAlias


class MessageEvent(NamedTuple):
    """A message of an input. The payload is decoded JSON, whole: expressions can read undeclared
    attributes."""

    input: str
    payload: dict[str, Any]
    message_id: str | None = None


class TimerEvent(NamedTuple):
    """The timers whose deadline is `now` have run out, all of them in one evaluation."""


TIMER = TimerEvent()

Trigger: TypeAlias = MessageEvent | TimerEvent
