"""The live server in a thread: all of it but the command line, with a clock that tests move."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from iotevents.definitions.loading import load_definitions
from iotevents.definitions.request_body import RequestBody
from iotevents.engine.detector import Detector
from iotevents.messages import Message, MessageKey
from iotevents.runtime.outcomes import Outcome
from iotevents.server.app import create_app
from iotevents.server.backend import Backend
from iotevents.server.uvicorn_server import Server, listen, url_of
from iotevents.service.journal import Journal
from iotevents.service.service import MAX_PAYLOAD_BYTES, Service
from iotevents.stores.sqlite import MEMORY, SqliteStore
from tests.support.iotevents.live_models import body_of

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
    outcomes: list[Outcome]
    backend: Backend
    loop: asyncio.AbstractEventLoop

    def reload(self) -> None:
        """Have the definitions read anew, as SIGHUP does, and wait until that is done."""
        asyncio.run_coroutine_threadsafe(self.backend.reload(), self.loop).result(10)


@contextmanager
def live(
    definitions: Iterable[Mapping[str, Any]] | Path,
    data: str | Path = MEMORY,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
    message_time: bool = False,
) -> Iterator[Live]:
    """Serve these inputs and models, or those of a folder, while the context lasts."""
    time, outcomes, read = clock or Clock(), list[Outcome](), _reader(definitions)
    with closing(SqliteStore(data)) as store, closing(listen("127.0.0.1", 0)) as listener:
        log = Journal(journal, store.entries(), store.length) if journal else None
        service = Service(store, watch=outcomes.append, journal=log, message_time=message_time)
        service.define(read(service.inputs))
        backend = Backend(service, store, time, lambda: service.define(read(service.inputs)))
        started = Future[asyncio.AbstractEventLoop]()
        app = create_app(backend.do, backend.ask, max_payload_bytes=MAX_PAYLOAD_BYTES)
        server = Server(
            app,
            lambda: started.set_result(asyncio.get_running_loop()),
            live=backend.live,
            reload=backend.reload,
        )
        thread = Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        served = Live(url_of(listener), time, store, outcomes, backend, started.result(10))
        try:
            yield served
        finally:
            server.should_exit = True
            thread.join()
            backend.close()
            if log:
                log.close()


def _reader(
    definitions: Iterable[Mapping[str, Any]] | Path,
) -> Callable[[Collection[str]], Sequence[RequestBody]]:
    if isinstance(definitions, Path):
        return lambda inputs: load_definitions(definitions, None, inputs).request_bodies
    bodies = [body_of(one) for one in definitions]
    return lambda _: bodies


def accept(
    data: Path, documents: Iterable[Mapping[str, Any]], input_name: str, keys: Mapping[int, Sequence[str]]
) -> None:
    """Have a data file accept a message for each key, at these times in their order, as a server did that is
    down now."""
    with closing(SqliteStore(data)) as store:
        service = Service(store)
        service.define(map(body_of, documents))
        for time, some in keys.items():
            messages = [Message(MessageKey(input_name, key), f'{{"k":"{key}"}}'.encode()) for key in some]
            assert service.do(messages, time) == [None] * len(some)


def eventually(holds: Callable[[], bool], seconds: float = 10) -> float:
    """Wait until something holds; how many seconds that took. Fails after `seconds`."""
    begun = monotonic()
    while not holds():
        assert monotonic() - begun < seconds, "it did not happen in time"
        sleep(0.01)
    return monotonic() - begun


def key_and_state(detector: Detector) -> tuple[str | None, str | None]:
    return detector.key, detector.state
