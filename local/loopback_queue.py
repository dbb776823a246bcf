"""One SQS queue on loopback that takes messages and keeps them: the demo's rejected-records queue.

It speaks the part of SQS's JSON protocol that a producer needs (SendMessage, SendMessageBatch), for the real
boto3 client. Nothing can be received from it but by its owner.
"""

import json
from collections.abc import Callable, Mapping
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

Answer = dict[str, Any]


class LoopbackQueue:
    """A queue while the context lasts; `messages` holds the bodies in the order in which they came."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answer))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def endpoint(self) -> str:
        """What AWS_ENDPOINT_URL_SQS has to be for the queue to be found."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The queue's URL."""
        return f"{self.endpoint}/123456789012/rejected-records"

    def __enter__(self) -> "LoopbackQueue":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, operation: str, request: Mapping[str, Any]) -> Answer | None:
        match operation:
            case "SendMessage":
                return self._take(request)
            case "SendMessageBatch":
                taken = [{"Id": entry["Id"], **self._take(entry)} for entry in request["Entries"]]
                return {"Successful": taken, "Failed": []}
        return None

    def _take(self, entry: Mapping[str, Any]) -> Answer:
        body = entry["MessageBody"]
        self.messages.append(body)
        return {
            "MessageId": str(uuid4()),
            "MD5OfMessageBody": md5(body.encode(), usedforsecurity=False).hexdigest(),
        }


def _handler(answer: Callable[[str, Mapping[str, Any]], Answer | None]) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            self._reply(answer(operation, json.loads(body)))

        def _reply(self, reply: Answer | None) -> None:
            unknown = {
                "__type": "com.amazonaws.sqs#UnsupportedOperation",
                "message": "not an operation of this queue",
            }
            body = json.dumps(unknown if reply is None else reply).encode()
            self.send_response(400 if reply is None else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal to the demo's own lines."""

    return Requests
