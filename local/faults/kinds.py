"""The ways in which an endpoint can fail a call, as values.

A fault acts on an `Exchange`: it may pass the call on to the real server, and it answers, or does not, in its
own way. `stored=True` means that the endpoint keeps the call's messages and fails afterwards.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """HTTP answer: status, body, headers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class Exchange(Protocol):
    """Call that waits for its answer."""

    async def pass_on(self) -> Reply:
        """Have the real server take the call; give what it answers."""

    async def reply(self, reply: Reply, *, pause: float = 0) -> None:
        """Answer; with a pause in seconds before each byte of the body."""

    async def reset(self, reply: Reply | None = None) -> None:
        """End the connection with a TCP reset, in the middle of the body of `reply` if there is one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Way to fail a call; `name` identifies it in recorded calls."""

    name: str
    act: Callable[[Exchange], Awaitable[None]]


def replied(name: str, reply: Reply, *, stored: bool = False) -> Fault:
    """Return a fault that answers with a fixed reply in place of the server's."""

    async def act(exchange: Exchange) -> None:
        if stored:
            await exchange.pass_on()
        await exchange.reply(reply)

    return Fault(_named(name, stored), act)


def error(status: int, code: str | None, *, stored: bool = False, text: str = "failing on purpose") -> Fault:
    """Return an error in AWS's shape; without a code it is a bare status, as from a proxy."""
    headers = {"Content-Type": "application/json"} | ({"x-amzn-ErrorType": code} if code else {})
    reply = Reply(status, json.dumps({"message": text}).encode(), headers)
    return replied(f"{status} {code}", reply, stored=stored)


def throttled() -> Fault:
    """Return the throttling of a whole call: 429."""
    return error(429, "ThrottlingException")


def unavailable(*, stored: bool = False) -> Fault:
    """Return a 503, before or after the messages are stored."""
    return error(503, "ServiceUnavailableException", stored=stored)


def failed(*, stored: bool = False) -> Fault:
    """Return a 500, before or after the messages are stored."""
    return error(500, "InternalFailureException", stored=stored)


def forbidden() -> Fault:
    """Return a 403: the caller may not do this."""
    return error(403, "AccessDeniedException")


def refused() -> Fault:
    """Return a 400 InvalidRequestException for the whole call."""
    return error(400, "InvalidRequestException")


def bare_400() -> Fault:
    """Return a 400 without a code: not the service's own refusal."""
    return error(400, None)


ODD_BODIES: Mapping[str, bytes] = {
    "html": b"<html><body>Service unavailable</body></html>",
    "object": b"{}",
    "array": b"[]",
    "null": b"null",
    "text": b'""',
    "number": b"0",
    "empty": b"",
    "not UTF-8": b'{"BatchPutMessageErrorEntries":[\xff]}',
    "not JSON": b'{"BatchPutMessageErrorEntries":[',
    "entries object": b'{"BatchPutMessageErrorEntries":{}}',
    "entries text": b'{"BatchPutMessageErrorEntries":"none"}',
    "entries of null": b'{"BatchPutMessageErrorEntries":[null]}',
}
"""Bodies that do not say, with status 200, what became of the messages."""

NULL_ENTRIES = b'{"BatchPutMessageErrorEntries":null}'
"""A valid body: null counts as no entries."""


def odd_body(kind: str, *, stored: bool = False) -> Fault:
    """Return a 200 with a body of ODD_BODIES."""
    headers = {"Content-Type": "text/html" if kind == "html" else "application/json"}
    return replied(f"body {kind}", Reply(200, ODD_BODIES[kind], headers), stored=stored)


def null_entries(*, stored: bool = True) -> Fault:
    """Return a 200 with null entries."""
    return replied("null entries", Reply(200, NULL_ENTRIES), stored=stored)


def foreign_entry(message_id: str = "not-of-this-call", *, stored: bool = True) -> Fault:
    """Return a 200 whose only error entry is for a message that was not in the call."""
    entry = {"messageId": message_id, "errorCode": "InvalidRequestException", "errorMessage": "whose is it?"}
    body = json.dumps({"BatchPutMessageErrorEntries": [entry]}).encode()
    return replied("foreign entry", Reply(200, body), stored=stored)


def reset(*, stored: bool = False) -> Fault:
    """Return a reset of the connection in place of an answer."""

    async def act(exchange: Exchange) -> None:
        if stored:
            await exchange.pass_on()
        await exchange.reset()

    return Fault(_named("reset", stored), act)


def cut() -> Fault:
    """Return a reset in the middle of the answer's body, after the messages are stored."""

    async def act(exchange: Exchange) -> None:
        await exchange.reset(await exchange.pass_on())

    return Fault("cut", act)


def slow(seconds: float, *, then: Fault | None = None, stored: bool = False) -> Fault:
    """Return a late answer (or fault, `then`); with `stored` the messages are stored before the wait."""

    async def act(exchange: Exchange) -> None:
        reply = await exchange.pass_on() if stored else None
        await asyncio.sleep(seconds)
        if then:
            await then.act(exchange)
        else:
            await exchange.reply(reply or await exchange.pass_on())

    return Fault(_named(f"slow {seconds:g} s" + (f", {then.name}" if then else ""), stored), act)


def drip(pause: float) -> Fault:
    """Return an answer whose body comes byte by byte, `pause` seconds apart; the messages are stored."""

    async def act(exchange: Exchange) -> None:
        await exchange.reply(await exchange.pass_on(), pause=pause)

    return Fault(f"drip {pause:g} s", act)


def _named(name: str, stored: bool) -> str:
    return f"{name}, stored" if stored else name
