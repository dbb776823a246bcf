"""HTTP proxy before the demo's endpoint that forwards calls, but for those of an outage.

These fail in all the ways in which an endpoint can fail, before and after it has stored the messages.
"""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

Reply = tuple[int, Mapping[str, str], bytes]
"""Status, headers, body."""
Pass = Callable[[], Reply]
"""Passes the call at hand on and gives what the endpoint answered."""


class OutageProxy:
    """HTTP proxy on loopback within its context; the calls in `outage` (counted from 0) fail."""

    def __init__(self, target: str, outage: Container[int]) -> None:
        self.calls = 0
        self.failed = 0
        self._outage = outage
        self._numbers = count()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(target, self._answer))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Return the proxy's URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "OutageProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, body: bytes, pass_on: Pass) -> Reply | None:
        with self._lock:
            number = next(self._numbers)
            fails = number in self._outage
            self.calls += 1
            self.failed += fails
        return FAILURES[number % len(FAILURES)](body, pass_on) if fails else pass_on()


def _unavailable(body: bytes, pass_on: Pass) -> Reply:
    return _error(503, "ServiceUnavailableException")


def _throttled(body: bytes, pass_on: Pass) -> Reply:
    return _error(429, "ThrottlingException")


def _failed_after_storing(body: bytes, pass_on: Pass) -> Reply:
    pass_on()
    return _error(500, "InternalFailureException")


def _lost_after_storing(body: bytes, pass_on: Pass) -> None:
    """Store the messages and end the connection without an answer."""
    pass_on()


def _entries_failed(body: bytes, pass_on: Pass) -> Reply:
    entries = [
        {"messageId": message["messageId"], "errorCode": "ThrottlingException", "errorMessage": "slow down"}
        for message in json.loads(body)["messages"]
    ]
    return _json(200, {"BatchPutMessageErrorEntries": entries})


FAILURES: tuple[Callable[[bytes, Pass], Reply | None], ...] = (
    _unavailable,
    _failed_after_storing,
    _entries_failed,
    _lost_after_storing,
    _throttled,
)
"""One after the other; None: no answer at all."""


def _error(status: int, code: str) -> Reply:
    _, headers, body = _json(status, {"message": "failing on purpose"})
    return status, {**headers, "x-amzn-ErrorType": code}, body


def _json(status: int, document: Any) -> Reply:
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


def _meaningful(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the headers without those of the connection, which are the proxy's own."""
    return {name: value for name, value in headers if name.lower().startswith(("x-amzn-", "content-type"))}


def _handler(target: str, answer: Callable[[bytes, Pass], Reply | None]) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(target).netloc

    class Calls(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = answer(body, lambda: self._pass(body))
            if reply is None:
                self.close_connection = True
            else:
                self._reply(*reply)

        def _pass(self, body: bytes) -> Reply:
            onward = HTTPConnection(host, timeout=10)
            with closing(onward):
                onward.request("POST", self.path, body, dict(self.headers))
                response = onward.getresponse()
                return response.status, _meaningful(response.getheaders()), response.read()

        def _reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal to the demo's own lines."""

    return Calls
