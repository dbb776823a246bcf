"""The ASGI application before the real one: it records the calls and lets them fail."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.faults.calls import SentMessage, sent_messages
from local.faults.exchange import ServedExchange
from local.faults.kinds import Fault, Reply
from local.faults.rules import EntryRule
from local.faults.transports import Client


class CallLog(Protocol):
    """Record of the calls, which also decides which of them fail."""

    def received(self, messages: tuple[SentMessage, ...]) -> tuple[int, Fault | None]:
        """Record a call that came in; give its number and the fault that it meets."""

    def ended(self, number: int, status: int | None) -> None:
        """Record the end of a call."""

    def entry_faults(self, number: int, messages: Iterable[SentMessage]) -> list[EntryRule | None]:
        """Return for each message the rule that makes an error entry of it, if there is one."""


class AsgiProxy:
    """ASGI application before the real one."""

    def __init__(self, app: ASGIApp, call_log: CallLog) -> None:
        self.transports: dict[Client, asyncio.Transport] = {}
        self._app = app
        self._call_log = call_log
        self._open: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._exchange(scope, receive, send)
        finally:
            self._open.discard(task)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        messages = sent_messages(body)
        number, fault = self._call_log.received(messages)
        exchange = ServedExchange(
            receive,
            send,
            body=body,
            answer=partial(self._answer, scope),
            entry_faults=partial(self._call_log.entry_faults, number, messages),
            transport=self.transports.get(scope["client"]),
        )
        try:
            if fault:
                await fault.act(exchange)
            else:
                await exchange.reply(await exchange.pass_on())
        except asyncio.CancelledError:
            await exchange.reset()
        finally:
            self._call_log.ended(number, exchange.status)

    async def _answer(self, scope: Scope, body: bytes) -> Reply:
        """Return the real application's answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        headers = {
            name.decode(): value.decode() for name, value in sent[0]["headers"] if name != b"content-length"
        }
        return Reply(sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]), headers)

    async def give_up(self) -> None:
        """Reset all open calls."""
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
