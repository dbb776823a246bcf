"""The backend of the application: one thread that owns service and store, and its background work."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

from iotevents.api.operations import Query
from iotevents.errors import IotEventsError, StoreError
from iotevents.runtime.outcomes import Refusal
from iotevents.server.writer import Writer
from iotevents.service.commands import Command
from iotevents.service.outbox import deliver
from iotevents.service.service import Service
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

Clock = Callable[[], int]
"""Returns epoch milliseconds."""

POLL_INTERVAL: Final = 0.25
"""Seconds between two checks for timers that are due and for undelivered actions."""
LOG_INTERVAL: Final = 5.0
"""Seconds between two lines of the log while timers and actions are behind."""

MAX_TIMER_LAG: Final = 60_000
"""Milliseconds since no timer was overdue, after which calls fire them in slices, too."""


class Backend:
    """Execution of the commands and queries of calls, and of timers; `define` loads the definitions anew.

    Everything runs in one thread, one thing at a time: the commands of waiting calls are committed together,
    timers in slices, so that calls do not wait for all of them.
    """

    def __init__(
        self, service: Service, store: Store, clock: Clock, define: Callable[[], Sequence[str]] | None = None
    ) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._define = define
        self._last_error = ""
        self._caught_up = 0
        self._writer: Writer[Command, Refusal | None] = Writer(self._do)

    async def do(self, commands: Sequence[Command]) -> Sequence[Refusal | None]:
        """Execute commands; return their refusals once the others are durable. Raise StoreError."""
        while self._clock() - self._caught_up > MAX_TIMER_LAG and await self._catch_up(commands):
            pass
        return await self._writer.submit(commands)

    async def ask(self, query: Query, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Answer a query from its parameters. Raise RequestError, NotFoundError, StoreError."""
        return await self._writer.run(lambda: query(self._service, parameters, self._clock()))

    async def reload(self) -> None:
        """Load the definitions anew; if any of them is not valid, nothing changes."""
        if self._define is None:
            logger.warning("there is no folder of definitions to load again")
            return
        try:
            new = await self._writer.run(self._define)
        except IotEventsError as error:
            for line in str(error).splitlines():
                logger.error("definitions not loaded: %s", line)
            return
        logger.info("definitions loaded; new: %s", ", ".join(new) or "nothing")

    async def live(self) -> None:
        """Fire timers and deliver actions until cancelled; errors are logged, and it goes on."""
        started, logged, slices = monotonic(), monotonic(), 0
        while True:
            more = await self._run_slice()
            slices += more
            if slices and (not more or monotonic() - logged > LOG_INTERVAL):
                logged = monotonic()
                self._log_progress(slices, logged - started, more=more)
            if not more:
                await asyncio.sleep(POLL_INTERVAL)
                started, slices = monotonic(), 0

    def close(self) -> None:
        """Wait for the work in progress, and end the thread."""
        self._writer.close()

    async def _catch_up(self, commands: Sequence[Command]) -> bool:
        return await self._writer.run(lambda: self._service.catch_up(commands, self._clock()))

    async def _run_slice(self) -> bool:
        now = self._clock()
        try:
            fired = await self._writer.run(lambda: self._service.tick(self._clock()))
            undelivered = await self._writer.run(lambda: deliver(self._store, self._clock()))
        except StoreError as error:
            if str(error) != self._last_error:
                self._last_error = str(error)
                logger.error("timers and actions have to wait: %s", error)
            return False
        except Exception:  # a bug must not stop all later timers
            logger.exception("timers and actions have to wait")
            return False
        self._last_error = ""
        if not fired:
            self._caught_up = now
        return fired or undelivered

    def _log_progress(self, slices: int, seconds: float, *, more: bool) -> None:
        state = "still catching up" if more else "caught up"
        logger.info("%s with timers and actions: %d slices in %.1f s", state, slices, seconds)

    def _do(self, commands: Sequence[Command]) -> Sequence[Refusal | None]:
        return self._service.do(commands, self._clock())
