"""SQS queues on loopback for the real boto3 client: the demo's rejected-records queue, and others beside it.

It speaks the part of SQS's JSON protocol that sends, receives and deletes messages.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from threading import Lock
from typing import Any

from local.sqs import json_service
from local.sqs.queue import Answer, Queue, QueueError

REJECTED_RECORDS = "rejected-records"
_ACCOUNT = "123456789012"


class LoopbackQueue:
    """SQS server on loopback within its context; `messages` are the bodies in the order of arrival."""

    def __init__(self) -> None:
        self._queues: dict[str, Queue] = {}
        self._lock = Lock()
        self.own = self.add(REJECTED_RECORDS)
        self.endpoint = ""
        """Value of AWS_ENDPOINT_URL_SQS for clients of the queue."""
        self._stack = ExitStack()

    @property
    def url(self) -> str:
        """Return the queue's URL."""
        return self.url_of(self.own)

    @property
    def messages(self) -> list[str]:
        """Return the bodies in the queue, those of received messages included."""
        return [message.body for message in self.own.messages]

    def add(self, name: str) -> Queue:
        """Make another queue."""
        self._queues[name] = Queue(name)
        return self._queues[name]

    def url_of(self, queue: Queue) -> str:
        """Return the URL of a queue."""
        return f"{self.endpoint}/{_ACCOUNT}/{queue.name}"

    def __enter__(self) -> "LoopbackQueue":
        self.endpoint = self._stack.enter_context(json_service.serving(self._respond))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _respond(self, operation: str, request: Mapping[str, Any]) -> tuple[int, Answer]:
        try:
            return 200, self._answer(operation, request)
        except QueueError as error:
            return 400, {"__type": f"com.amazonaws.sqs#{error.code}", "message": str(error)}

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
