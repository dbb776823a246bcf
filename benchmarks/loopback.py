"""A target for BatchPutMessage that costs next to nothing: it counts, waits and says yes.

It runs in a process of its own. The first part of a call's path is how many milliseconds the answer waits, so
that one target serves every comparison: POST /20/inputs/messages. GET /counts tells what came so far.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from urllib.request import urlopen

import httptools
import uvloop

ACCEPTED = b'{"BatchPutMessageErrorEntries":[]}'


@dataclass(slots=True)
class Counts:
    """Calls and messages that arrived."""

    calls: int = 0
    messages: int = 0


class Connection(asyncio.Protocol):
    """HTTP connection that is kept alive; the parser calls the methods named `on_…`."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._path = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if self._path == b"/counts":
            self._answer(json.dumps([self._counts.calls, self._counts.messages]).encode())
            return
        self._counts.calls += 1
        self._counts.messages += self._body.count(b'"messageId"')
        if milliseconds := int(self._path.split(b"/")[1]):
            asyncio.get_running_loop().call_later(milliseconds / 1000, self._answer, ACCEPTED)
        else:
            self._answer(ACCEPTED)

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def serve() -> None:
    """Answer until the process is ended; the first line printed is the URL."""
    counts = Counts()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(counts), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


class Target:
    """Client's view of a running target."""

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self, milliseconds: int) -> str:
        """Return the URL that answers after so many milliseconds."""
        return f"{self._url}/{milliseconds}"

    def counts(self) -> Counts:
        """Return the calls and messages since the target was started."""
        with urlopen(f"{self._url}/counts") as answer:
            return Counts(*json.load(answer))


@contextmanager
def target() -> Iterator[Target]:
    """Run a target on a free port."""
    command = [sys.executable, "-m", "benchmarks.loopback"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            if not (url := process.stdout.readline().strip()):
                raise SystemExit("the target did not start")
            yield Target(url)
        finally:
            process.terminate()


if __name__ == "__main__":
    uvloop.run(serve())
