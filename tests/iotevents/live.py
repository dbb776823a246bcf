"""The live server in a thread: all of it but the command line, with a clock that tests move."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from iotevents.detector import Detector
from iotevents.journal import Journal
from iotevents.outcomes import Outcome
from iotevents.server.app import create_app
from iotevents.server.backend import Backend
from iotevents.server.uvicorn_server import Server, listen, url_of
from iotevents.service import MAX_PAYLOAD_BYTES, Service
from iotevents.stores.sqlite import MEMORY, SqliteStore

from tests.iotevents.live_models import body_of

T = 1_700_000_000_000


@dataclass
class Clock:
    """Stands still until it is moved. Epoch milliseconds."""

    now: int = T

    def __call__(self) -> int:
        return self.now


@dataclass
class Live:
    """A running server; `outcomes` holds all that it did since its start."""

    url: str
    clock: Clock
    store: SqliteStore
    outcomes: list[Outcome] = field(default_factory=list)


@contextmanager
def live(
    documents: Iterable[Mapping[str, Any]],
    data: str | Path = MEMORY,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
    message_time: bool = False,
) -> Iterator[Live]:
    """Serve these inputs and models while the context lasts."""
    time = clock or Clock()
    with closing(SqliteStore(data)) as store, closing(listen("127.0.0.1", 0)) as listener:
        served = Live(url_of(listener), time, store)
        log = Journal(journal, store.entries(), store.length) if journal else None
        service = Service(store, watch=served.outcomes.append, journal=log, message_time=message_time)
        service.define(body_of(one) for one in documents)
        backend = Backend(service, store, time)
        ready = Event()
        app = create_app(backend.do, backend.ask, max_payload_bytes=MAX_PAYLOAD_BYTES)
        server = Server(app, ready.set, live=backend.live, reload=backend.reload)
        thread = Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield served
        finally:
            server.should_exit = True
            thread.join()
            backend.close()
            if log:
                log.close()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> float:
    """Wait until something holds; how many seconds that took. Fails after `seconds`."""
    begun = monotonic()
    while not holds():
        assert monotonic() - begun < seconds, "it did not happen in time"
        sleep(0.01)
    return monotonic() - begun


def key_and_state(detector: Detector) -> tuple[str | None, str | None]:
    return detector.key, detector.state
