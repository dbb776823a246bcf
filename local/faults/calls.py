"""Records of the calls that the endpoint gets."""

import base64
import binascii
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Message of a call, as far as it could be read."""

    message_id: str | None
    input_name: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """Call as it was received.

    `number` counts from 0 since the last reset, `began` and `ended` are seconds of `time.monotonic`,
    `in_flight` is the number of calls that were open when it came, itself included. `ended` is None while it
    is in flight, `status` is None if it got no answer, `fault` names what it met.
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
        """Return the ids of the call's messages."""
        return tuple(message.message_id for message in self.messages)

    @property
    def inputs(self) -> tuple[str | None, ...]:
        """Return the input names of the call's messages."""
        return tuple(message.input_name for message in self.messages)


def sent_messages(body: bytes) -> tuple[SentMessage, ...]:
    """Return the messages of a call; none if the body is not that of a call."""
    with suppress(ValueError, RecursionError):
        match json.loads(body):
            case {"messages": list() as messages}:
                return tuple(_sent(message) for message in messages if isinstance(message, dict))
    return ()


def _sent(message: dict[str, Any]) -> SentMessage:
    payload = message.get("payload")
    decoded = b""
    with suppress(binascii.Error, TypeError):
        decoded = base64.b64decode(payload or "")
    return SentMessage(message.get("messageId"), message.get("inputName"), decoded)
