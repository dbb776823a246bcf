"""The forwarder as Lambda would run it, over real HTTP, with a rejected-records queue in memory."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from forwarder.clients import sender
from forwarder.config.config import Config, parse_config
from forwarder.delivery.pool import Pool
from forwarder.forwarder import Forwarder
from forwarder.records import Record
from forwarder.rejected_records.decoder import RejectedRecord, decode_record
from forwarder.response.report import Report
from local.faults import FaultyEndpoint
from tests.support.forwarder.records import FIFO, QUEUE, kinesis_entry, sqs_entry

INPUTS = ("telemetry", "other")
ROUTE = {
    "inputName": "telemetry",
    "messageIdFrom": "body.id",
    "keyFrom": "body.key",
}
"""A record's body says what becomes of it: {"id": …, "key": …}."""
QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/rejected"


@dataclass(slots=True)
class Rejects:
    """Rejected-records queue in memory; `takes` may refuse a body."""

    bodies: list[str] = field(default_factory=list)
    takes: Callable[[str], bool] = lambda body: True

    def put(self, bodies: Sequence[str]) -> list[bool]:
        taken = [self.takes(body) for body in bodies]
        self.bodies += [body for body, kept in zip(bodies, taken, strict=True) if kept]
        return taken

    @property
    def records(self) -> list[RejectedRecord]:
        return [decode_record(body) for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        return [record.id for record in self.records]


class Function:
    """Forwarder with some configuration keys and, with `rejected_queue`, a rejected-records queue."""

    def __init__(
        self,
        endpoint: FaultyEndpoint,
        *,
        rejected_queue: bool = False,
        delay: Callable[[Sequence[Record]], Sequence[str]] | None = None,
        backoff: float = 0.001,
        **keys: Any,
    ) -> None:
        keys = {"routes": [ROUTE], "endpointUrl": endpoint.url, "connectTimeout": 1, "readTimeout": 1, **keys}
        if rejected_queue:
            keys["rejectedQueueUrl"] = QUEUE_URL
        self.config: Config = parse_config(keys)
        self.rejects = Rejects()
        self._pool = Pool(self.config.workers)
        self._forwarder = Forwarder(
            self.config,
            send=sender(self.config),
            pool=self._pool,
            put=self.rejects.put,
            delay=delay,
            backoff=backoff,
        )

    def handle(self, *entries: dict[str, Any], remaining: Callable[[], float] = lambda: 30.0) -> Report:
        """Handle an event of these records."""
        return self._forwarder.handle({"Records": list(entries)}, remaining)

    def failures(self, *entries: dict[str, Any], remaining: Callable[[], float] = lambda: 30.0) -> list[str]:
        """Handle an event of these records and return the identifiers of the answer."""
        return failures(self.handle(*entries, remaining=remaining))

    def close(self) -> None:
        self._pool.close()


def failures(report: Report) -> list[str]:
    """Return the identifiers in a response."""
    return [failure["itemIdentifier"] for failure in report.response.body["batchItemFailures"]]


def sqs(*bodies: dict[str, Any] | str, arn: str = QUEUE) -> list[dict[str, Any]]:
    """Return messages of a standard queue, with the ids m-0, m-1, …"""
    return [sqs_entry(_text(body), id=f"m-{n}", arn=arn) for n, body in enumerate(bodies)]


def fifo(*bodies: dict[str, Any] | str) -> list[dict[str, Any]]:
    """Return messages of a FIFO queue, with the ids m-0, m-1, …; the group is the body's key, or "g"."""
    return [
        sqs_entry(_text(body), id=f"m-{n}", arn=FIFO, MessageGroupId=_group(body))
        for n, body in enumerate(bodies)
    ]


def kinesis(*bodies: dict[str, Any] | str) -> list[dict[str, Any]]:
    """Return records of a shard, numbered 1000, 1001, …; the partition key is the body's key."""
    return [
        kinesis_entry(_text(body).encode(), number=str(1000 + n), key=_group(body))
        for n, body in enumerate(bodies)
    ]


def message(id: str, key: str | None = None, **members: Any) -> dict[str, Any]:
    """Return the body of a record."""
    return {"id": id, "key": key, **members}


def _text(body: dict[str, Any] | str) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def _group(body: dict[str, Any] | str) -> str:
    return (body.get("key") if isinstance(body, dict) else None) or "g"
