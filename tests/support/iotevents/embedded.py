"""The live system without its HTTP: a service on a data file, with a journal, that is stopped and started."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from iotevents.api.operations import OPERATIONS, BatchCall
from iotevents.errors import RequestError
from iotevents.runtime.outcomes import Outcome, Refusal
from iotevents.service.commands import Command
from iotevents.service.journal import Journal
from iotevents.service.service import Service
from iotevents.stores.sqlite import SqliteStore
from tests.support.iotevents.live_models import body_of
from tests.support.iotevents.live_runs import detectors_of
from tests.support.iotevents.traces import Call, Json

READ = {one.name: one.call.read for one in OPERATIONS if isinstance(one.call, BatchCall)}


class Embedded:
    """Runs from the beginning; `outcomes` holds all that it did, through all stops.

    So many detectors are `kept` in memory at most, read or changed; the others are in their rows alone.
    `asked` holds the calls as decoded lines of a messages file, by this machine's clock.
    """

    def __init__(
        self, folder: Path, documents: Sequence[Json], *, message_time: bool, kept: int = 1000
    ) -> None:
        self.journal = folder / "journal.jsonl"
        self.outcomes: list[Outcome] = []
        self.asked: list[Json] = []
        self._data = folder / "data.db"
        self.documents = documents
        self._message_time = message_time
        self._kept = kept
        self.start()

    def start(self) -> None:
        """Open data file and journal."""
        self.store = SqliteStore(self._data, cached_detectors=self._kept, unflushed_detectors=self._kept)
        self._log = Journal(self.journal, self.store.entries(), self.store.length)
        self._service = Service(
            self.store, message_time=self._message_time, watch=self.outcomes.append, journal=self._log
        )
        self._service.define(body_of(one) for one in self.documents)
        self.do, self.tick = self._service.do, self._service.tick

    def stop(self) -> None:
        """Close data file and journal."""
        self._log.close()
        self.store.close()

    def answer(self, calls: Iterable[Call], now: int) -> list[Refusal | None]:
        """Do what calls ask for that wait together."""
        together, time = list(calls), max(now, self.store.clock)
        # If the clock has been moved back, nothing was committed since: those calls changed nothing.
        self.asked = [one for one in self.asked if one["time"] <= time]
        self.asked += [
            {"time": time, "operation": one.operation, "request": one.document} for one in together
        ]
        return self.do([command for call in together for command in commands_of(call)], now)

    def catch_up(self, calls: Iterable[Call], now: int) -> None:
        """Let timers fire as the server does before calls that come late."""
        commands = [command for call in calls for command in commands_of(call)]
        while self._service.catch_up(commands, now):
            pass

    def detectors(self) -> list[str]:
        """All detectors."""
        return detectors_of(self.store, self.documents)


def commands_of(call: Call) -> Sequence[Command]:
    """Return the commands of a call; none if it is refused as a whole."""
    try:
        return READ[call.operation](call.document)
    except RequestError:
        return ()
