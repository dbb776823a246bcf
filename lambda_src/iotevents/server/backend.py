"""What stands behind the application: one thread that owns service and store, and what it does by itself."""

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
"""Gives epoch milliseconds."""

PERIOD: Final = 0.25
"""Seconds between two looks for timers that are due, and for actions that wait."""
TOLD_EVERY: Final = 5.0
"""Seconds between two lines of the log while there is more to do than one look can."""


LATE: Final = 60_000
"""Milliseconds since all timers had fired that were due, after which calls let them fire in slices, too."""


class Backend:
    """Does what calls ask for, and lets timers fire; `define` reads the definitions anew.

    Everything runs in one thread, one thing at a time: commands of calls that wait are committed together,
    and timers in slices, so that calls do not wait for all of them.
    """

    def __init__(
        self, service: Service, store: Store, clock: Clock, define: Callable[[], Sequence[str]] | None = None
    ) -> None:
        self._service = service
        self._store = store
        self._clock = clock
        self._define = define
        self._trouble = ""
        self._caught_up = 0
        self._writer: Writer[Command, Refusal | None] = Writer(self._do)

    async def do(self, commands: Sequence[Command]) -> Sequence[Refusal | None]:
        """Do commands; give why they were refused once the others are durable. Raises StoreError."""
        while self._clock() - self._caught_up > LATE and await self._catch_up(commands):
            pass
        return await self._writer.submit(commands)

    async def ask(self, query: Query, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Answer a query from its parameters. Raises RequestError, NotFoundError, StoreError."""
        return await self._writer.run(lambda: query(self._service, parameters, self._clock()))

    async def reload(self) -> None:
        """Read the definitions anew; if anything is wrong with them, everything stays as it is."""
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
        """Let timers fire and actions be delivered, until cancelled; errors are told, and it goes on."""
        begun, told, slices = monotonic(), monotonic(), 0
        while True:
            more = await self._look()
            slices += more
            if slices and (not more or monotonic() - told > TOLD_EVERY):
                told = monotonic()
                self._tell(slices, told - begun, more=more)
            if not more:
                await asyncio.sleep(PERIOD)
                begun, slices = monotonic(), 0

    def close(self) -> None:
        """Wait for what is under way, and end the thread."""
        self._writer.close()

    async def _catch_up(self, commands: Sequence[Command]) -> bool:
        return await self._writer.run(lambda: self._service.catch_up(commands, self._clock()))

    async def _look(self) -> bool:
        now = self._clock()
        try:
            fired = await self._writer.run(lambda: self._service.tick(self._clock()))
            waiting = await self._writer.run(lambda: deliver(self._store, self._clock()))
        except StoreError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                logger.error("timers and actions have to wait: %s", error)
            return False
        except Exception:  # a bug must not stop all later timers
            logger.exception("timers and actions have to wait")
            return False
        self._trouble = ""
        if not fired:
            self._caught_up = now
        return fired or waiting

    def _tell(self, slices: int, seconds: float, *, more: bool) -> None:
        state = "still catching up" if more else "caught up"
        logger.info("%s with timers and actions: %d slices in %.1f s", state, slices, seconds)

    def _do(self, commands: Sequence[Command]) -> Sequence[Refusal | None]:
        return self._service.do(commands, self._clock())
