"""A call that waits for its answer, over ASGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.types import Receive, Send

from local.faults.kinds import Reply
from local.faults.rules import EntryRule
from local.faults.transports import reset_connection

Answer = Callable[[bytes], Awaitable[Reply]]
"""What the real application answers to a body."""
EntryFaults = Callable[[], Sequence[EntryRule | None]]
"""For each message of the call the rule that makes an error entry of it, if there is one."""


class ServedExchange:
    """Call as faults see it; `status` is that of the final answer."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        body: bytes,
        answer: Answer,
        entry_faults: EntryFaults,
        transport: asyncio.Transport | None,
    ) -> None:
        self.status: int | None = None
        self._receive = receive
        self._send = send
        self._body = body
        self._answer = answer
        self._entry_faults = entry_faults
        self._transport = transport

    async def pass_on(self) -> Reply:
        """Have the real server take the call, without the messages that get an error entry."""
        rules = self._entry_faults()
        if not any(rules):
            return await self._answer(self._body)
        return await self._pass_rest_on(rules)

    async def _pass_rest_on(self, rules: Sequence[EntryRule | None]) -> Reply:
        pairs = list(zip(json.loads(self._body)["messages"], rules, strict=True))
        rest = [message for message, rule in pairs if rule is None or rule.stored]
        error_entries = [rule.entry_for(message.get("messageId")) for message, rule in pairs if rule]
        if not rest:
            return _entries_reply(error_entries)
        reply = await self._answer(json.dumps({"messages": rest}).encode())
        if reply.status != 200:
            return reply
        return _entries_reply(json.loads(reply.body)["BatchPutMessageErrorEntries"] + error_entries)

    async def reply(self, reply: Reply, *, pause: float = 0) -> None:
        """Answer; with a pause in seconds before each byte of the body."""
        await self._start(reply)
        parts = [reply.body[i : i + 1] for i in range(len(reply.body))] if pause else [reply.body]
        for part in parts:
            await asyncio.sleep(pause)
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        self.status = reply.status

    async def reset(self, reply: Reply | None = None) -> None:
        """End the connection with a TCP reset, in the middle of the body of `reply` if there is one."""
        if reply:
            await self._start(reply)
            half = reply.body[: len(reply.body) // 2]
            await self._send({"type": "http.response.body", "body": half, "more_body": True})
        if self._transport and not self._transport.is_closing():
            reset_connection(self._transport)
        # uvicorn would answer 500 for an application that returns before it knows that the client has gone.
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _start(self, reply: Reply) -> None:
        headers = [*reply.headers.items(), ("Content-Length", str(len(reply.body)))]
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": encoded})


def _entries_reply(entries: list[dict[str, Any]]) -> Reply:
    return Reply(200, json.dumps({"BatchPutMessageErrorEntries": entries}).encode())
