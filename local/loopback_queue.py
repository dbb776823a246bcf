"""SQS queues on loopback for the real boto3 client: the demo's rejected-records queue, and others beside it.

It speaks the part of SQS's JSON protocol that sends, receives and deletes messages.
"""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from local.queues import Answer, Queue, QueueError

REJECTED_RECORDS = "rejected-records"
_ACCOUNT = "123456789012"

Answerer = Callable[[str, Mapping[str, Any]], Answer]
"""(operation, request) -> answer; raises QueueError."""


class LoopbackQueue:
    """A queue while the context lasts; `messages` holds the bodies in the order in which they came."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}
        self._lock = Lock()
        self.own = self.add(REJECTED_RECORDS)
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
        return self.url_of(self.own)

    @property
    def messages(self) -> list[str]:
        """The bodies that the queue holds, also of messages that somebody has received."""
        return [message.body for message in self.own.messages]

    def add(self, name: str) -> Queue:
        """Make another queue."""
        self._queues[name] = Queue(name)
        return self._queues[name]

    def url_of(self, queue: Queue) -> str:
        """The URL of a queue."""
        return f"{self.endpoint}/{_ACCOUNT}/{queue.name}"

    def __enter__(self) -> "LoopbackQueue":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, operation: str, request: Mapping[str, Any]) -> Answer:
        with self._lock:
            if operation == "GetQueueUrl":
                return {"QueueUrl": self.url_of(self._queue(request["QueueName"]))}
            if operation not in OPERATIONS:
                raise QueueError("UnsupportedOperation", "not an operation of this queue")
            return OPERATIONS[operation](self._queue(request["QueueUrl"].rpartition("/")[2]), request)

    def _queue(self, name: str) -> Queue:
        if name not in self._queues:
            raise QueueError("QueueDoesNotExist", f"there is no queue {name}")
        return self._queues[name]


OPERATIONS: dict[str, Callable[[Queue, Mapping[str, Any]], Answer]] = {
    "SendMessage": Queue.send,
    "SendMessageBatch": lambda queue, request: queue.send_batch(request["Entries"]),
    "ReceiveMessage": Queue.receive,
    "DeleteMessage": Queue.delete,
    "DeleteMessageBatch": lambda queue, request: queue.delete_batch(request["Entries"]),
    "ChangeMessageVisibility": Queue.change_visibility,
    "ChangeMessageVisibilityBatch": lambda queue, request: queue.change_visibility_batch(request["Entries"]),
}


def _handler(answer: Answerer) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            try:
                self._reply(200, answer(operation, json.loads(body)))
            except QueueError as error:
                self._reply(400, {"__type": f"com.amazonaws.sqs#{error.code}", "message": str(error)})

        def _reply(self, status: int, reply: Answer) -> None:
            body = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the terminal to the demo's own lines."""

    return Requests
