"""The real server in a thread, with faults where a test asks for them."""

import asyncio
import socket
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

import uvicorn
from iotevents.api.operations import Query
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.messages import AcceptedMessage
from iotevents.runtime.outcomes import Refusal
from iotevents.server.app import create_app
from iotevents.server.uvicorn_server import listen, url_of
from iotevents.server.writer import Writer
from iotevents.service.clock import wall_clock
from iotevents.service.commands import Command
from iotevents.service.service import MAX_PAYLOAD_BYTES, Service
from iotevents.stores.sqlite import MEMORY, SqliteStore
from starlette.applications import Starlette

from local.faults.asgi_proxy import AsgiProxy
from local.faults.calls import Call, SentMessage
from local.faults.kinds import Fault
from local.faults.rules import CallRule, Chosen, EntryRule
from local.faults.transports import protocol_keeping


@dataclass(slots=True)
class _State:
    """State that a reset replaces."""

    service: Service
    store: SqliteStore
    calls: list[Call] = field(default_factory=list)
    open: int = 0
    call_rules: list[CallRule] = field(default_factory=list)
    entry_rules: list[EntryRule] = field(default_factory=list)


class FaultyEndpoint:
    """IoT Events server on loopback within its context, with the inputs of these names.

    `clock` gives the server's time in epoch milliseconds; it may be replaced at any time.
    """

    def __init__(self, inputs: Iterable[str], *, max_payload_bytes: int = MAX_PAYLOAD_BYTES) -> None:
        self.clock: Callable[[], int] = wall_clock
        self._inputs = [_input(name) for name in inputs]
        self._max_payload_bytes = max_payload_bytes
        self._lock = Lock()
        self._state = self._new_state()
        self._writer: Writer[Command, Refusal | None] = Writer(self._do)
        self._listener = listen("127.0.0.1", 0)
        self._proxy = AsgiProxy(self._app(), self)
        self._server = _Server(self._proxy)
        self._thread = Thread(target=self._server.run, args=([self._listener],), daemon=True)

    @property
    def url(self) -> str:
        """Return the endpoint's URL."""
        return url_of(self._listener)

    @property
    def calls(self) -> list[Call]:
        """Return the calls since the last reset, in the order in which they came."""
        with self._lock:
            return list(self._state.calls)

    def accepted(self) -> list[AcceptedMessage]:
        """Return the stored messages in the order of acceptance."""
        with self._lock:
            return list(self._state.store.messages())

    def accepted_ids(self) -> list[str]:
        """Return the ids of the stored messages in the order of acceptance."""
        return [message.key.message_id for message in self.accepted()]

    def fail(
        self,
        fault: Fault,
        *,
        message: Chosen = None,
        calls: Collection[int] | None = None,
        times: int | None = None,
    ) -> None:
        """Make calls fail: those with such a message, with these numbers, so many times."""
        with self._lock:
            self._state.call_rules.append(CallRule(message, calls, times, fault))

    def plan(self, faults: Sequence[Fault | None]) -> None:
        """Make calls fail by their numbers, from 0 on; None is no fault, as for all after the last."""
        for number, fault in enumerate(faults):
            if fault:
                self.fail(fault, calls=(number,))

    def fail_entry(
        self,
        code: str | None,
        *,
        message: Chosen = None,
        calls: Collection[int] | None = None,
        times: int | None = None,
        message_id: str | None = "",
        text: str = "failing on purpose",
        stored: bool = False,
    ) -> None:
        """Answer such messages by error entries, the rest of their calls as usual.

        `message_id` is the id that the entry names: the message's own by default, None for none at all. With
        `stored` the message is kept although the entry says it failed. A `code` of None is left out.
        """
        entry = {"messageId": message_id, "errorCode": code, "errorMessage": text}
        with self._lock:
            self._state.entry_rules.append(EntryRule(message, calls, times, entry, stored))

    def reset(self) -> None:
        """Reset open calls, forget all rules, calls and messages; the clock is the wall's again."""
        asyncio.run_coroutine_threadsafe(self._settle(), self._server.loop).result(10)
        fresh = self._new_state()
        with self._lock:
            former, self._state = self._state, fresh
        former.store.close()
        self.clock = wall_clock

    def __enter__(self) -> "FaultyEndpoint":
        self._thread.start()
        if not self._server.ready.wait(10):
            raise TimeoutError("the endpoint did not start within 10 s")
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._settle(), self._server.loop).result(10)
        self._server.should_exit = True
        self._thread.join()
        self._writer.close()
        self._listener.close()
        self._state.store.close()

    def received(self, messages: tuple[SentMessage, ...]) -> tuple[int, Fault | None]:
        """Record a call that came in; give its number and the fault that it meets."""
        with self._lock:
            state = self._state
            number = len(state.calls)
            state.open += 1
            fault = next((rule.fault for rule in state.call_rules if rule.takes(number, messages)), None)
            name = fault.name if fault else None
            state.calls.append(Call(number, messages, monotonic(), state.open, fault=name))
            return number, fault

    def ended(self, number: int, status: int | None) -> None:
        """Record the end of a call."""
        with self._lock:
            state = self._state
            state.open -= 1
            state.calls[number] = replace(state.calls[number], ended=monotonic(), status=status)

    def entry_faults(self, number: int, messages: Iterable[SentMessage]) -> list[EntryRule | None]:
        """Return for each message the rule that makes an error entry of it, if there is one."""
        with self._lock:
            rules = self._state.entry_rules
            return [
                next((rule for rule in rules if rule.takes(number, (message,))), None) for message in messages
            ]

    def _new_state(self) -> _State:
        store = SqliteStore(MEMORY)
        service = Service(store, max_payload_bytes=self._max_payload_bytes)
        service.define(self._inputs)
        return _State(service, store)

    def _app(self) -> Starlette:
        return create_app(self._writer.submit, self._ask, max_payload_bytes=self._max_payload_bytes)

    def _do(self, commands: Sequence[Command]) -> Sequence[Refusal | None]:
        with self._lock:
            return self._state.service.do(commands, self.clock())

    async def _ask(self, query: Query, parameters: Mapping[str, str]) -> dict[str, Any]:
        with self._lock:
            return query(self._state.service, parameters, self.clock())

    async def _settle(self) -> None:
        """End all open calls, and wait for the commit that one of them may have begun."""
        await self._proxy.give_up()
        await self._writer.submit(())


def _input(name: str) -> RequestBody:
    body = {"inputName": name, "inputDefinition": {"attributes": [{"jsonPath": "id"}]}}
    return RequestBody(name, "", Kind.INPUT, body)


class _Server(uvicorn.Server):
    def __init__(self, proxy: AsgiProxy) -> None:
        self.ready = Event()
        super().__init__(
            uvicorn.Config(
                proxy,
                loop="uvloop",
                http=protocol_keeping(proxy.transports),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                timeout_graceful_shutdown=2,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()
