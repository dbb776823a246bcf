"""uvicorn as this project runs it: httptools, uvloop if there is one, exit code 0 after SIGTERM."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than clients pause, so that it is theirs to close it."""

GRACE = 10
"""Seconds that calls in progress have to finish when the server stops."""


Work = Callable[[], Coroutine[Any, Any, None]]
Handler = Callable[[int, FrameType | None], Any]


class Server(uvicorn.Server):
    """uvicorn's server that calls `ready` once it answers; SIGTERM and SIGINT end it with exit code 0.

    `live` runs as long as it answers, `reload` at each SIGHUP, also at one that `hold_hangups` held back.
    """

    def __init__(self, app: ASGIApp, ready: Callable[[], None], *, live: Work, reload: Work) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="auto",  # uvloop, or asyncio's own where that is missing
                http="httptools",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._ready = ready
        self._live = live
        self._reload = reload
        self._tasks: set[asyncio.Task[None]] = set()
        self._hung_up = self._reloading = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then call `ready`."""
        await super().startup(sockets)
        self._begin(self._live)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the calls in progress, then cancel the background work."""
        await super().shutdown(sockets)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Work) -> None:
        task = asyncio.get_running_loop().create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _hang_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Reload once more, however often it is requested meanwhile; never while the server stops."""
        self._hung_up = not self.should_exit
        if self._hung_up and not self._reloading:
            self._reloading = True
            loop.call_soon_threadsafe(self._begin, self._reload_while_asked)

    async def _reload_while_asked(self) -> None:
        while self._hung_up:
            self._hung_up = False
            await self._reload()
        self._reloading = False
        if self._hung_up:  # just now
            self._hang_up(asyncio.get_running_loop())

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT, reload at SIGHUP; in a thread, where no signal comes, do nothing."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        handlers: dict[int, Handler] = {
            signal.SIGTERM: self.handle_exit,
            signal.SIGINT: self.handle_exit,
            signal.SIGHUP: lambda *_: self._hang_up(loop),
        }
        former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        try:
            yield
        finally:
            # A SIGHUP that comes now is too late, but it must not end the process otherwise than SIGTERM.
            for number, before in (former | {signal.SIGHUP: signal.SIG_IGN}).items():
                signal.signal(number, before)


def hold_hangups() -> None:
    """Hold SIGHUP back until a server runs: it would end the process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 stands for any free port. Raise OSError."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=2048)


def url_of(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
