"""What the endpoint records of the calls that it gets."""

import base64
import binascii
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of a call, as far as it could be read."""

    message_id: str | None
    input_name: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was received.

    `number` counts from 0 since the last reset, `began` and `ended` are seconds of `time.monotonic`,
    `in_flight` is the number of calls that were open when it came, itself included. `ended` is None while it
    is open, `status` is None if it got no answer, `fault` names what it met.
    """

    number: int
    messages: tuple[SentMessage, ...]
    began: float
    in_flight: int
    ended: float | None = None
    status: int | None = None
    fault: str | None = None

    @property
    def ids(self) -> tuple[str | None, ...]:
        """The ids of its messages."""
        return tuple(one.message_id for one in self.messages)

    @property
    def inputs(self) -> tuple[str | None, ...]:
        """The input names of its messages."""
        return tuple(one.input_name for one in self.messages)


def sent_messages(body: bytes) -> tuple[SentMessage, ...]:
    """The messages of a call; none if the body is not that of a call."""
    with suppress(ValueError, RecursionError):
        match json.loads(body):
            case {"messages": list() as messages}:
                return tuple(_sent(one) for one in messages if isinstance(one, dict))
    return ()


def _sent(one: dict[str, Any]) -> SentMessage:
    payload = one.get("payload")
    decoded = b""
    with suppress(binascii.Error, TypeError):
        decoded = base64.b64decode(payload or "")
    return SentMessage(one.get("messageId"), one.get("inputName"), decoded)
