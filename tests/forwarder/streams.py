"""The part of Kinesis that takes records, on loopback for the real boto3 client."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(slots=True)
class Streams:
    """What was put, as (stream ARN, partition key, data); with an `error` code every call fails by it."""

    url: str = ""
    put: list[tuple[str, str, bytes]] = field(default_factory=list)
    error: str = ""
    odd: bool = False
    """Whether answers say nothing."""

    def answer(self, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if operation != "PutRecord" or self.error:
            return 400, {"__type": self.error or "UnknownOperationException", "message": "on purpose"}
        if self.odd:
            return 200, {}
        self.put.append((request["StreamARN"], request["PartitionKey"], b64decode(request["Data"])))
        return 200, {"ShardId": "shardId-000000000000", "SequenceNumber": str(len(self.put))}


@contextmanager
def serving() -> Iterator[Streams]:
    """Take records while the context lasts."""
    streams = Streams()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            status, answer = streams.answer(operation, json.loads(body))
            written = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal to the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    streams.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield streams
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
