import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from local.faults.outage_proxy import FAILURES, OutageProxy

CALL = {"messages": [{"messageId": "a"}, {"messageId": "b"}]}


class Endpoint(BaseHTTPRequestHandler):
    """Answers that nothing failed and keeps what it was sent."""

    seen: list[tuple[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"BatchPutMessageErrorEntries": []}')

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def target() -> Iterator[str]:
    Endpoint.seen = []
    with HTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def post(proxy: OutageProxy) -> Any:
    request = Request(f"{proxy.url}/inputs/messages", json.dumps(CALL).encode())
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


def outcome(proxy: OutageProxy) -> str:
    try:
        return str(len(post(proxy)["BatchPutMessageErrorEntries"]))
    except HTTPError as error:
        with error:
            return f"{error.code} {error.headers['x-amzn-ErrorType']}"
    except ConnectionError:
        return "lost"


def test_front_passes_calls_on(target: str) -> None:
    with OutageProxy(target, range(0)) as proxy:
        assert post(proxy) == {"BatchPutMessageErrorEntries": []}
    assert Endpoint.seen == [("/inputs/messages", CALL)]
    assert (proxy.calls, proxy.failed) == (1, 0)


def test_front_fails_in_every_way(target: str) -> None:
    with OutageProxy(target, range(1, 1 + len(FAILURES))) as proxy:
        outcomes = [outcome(proxy) for _ in range(2 + len(FAILURES))]
    assert outcomes == [
        "0",
        "500 InternalFailureException",
        "2",
        "lost",
        "429 ThrottlingException",
        "503 ServiceUnavailableException",
        "0",
    ]
    assert (proxy.calls, proxy.failed) == (7, 5)
    assert len(Endpoint.seen) == 4
