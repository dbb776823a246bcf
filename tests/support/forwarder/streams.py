"""The part of Kinesis that takes records, on loopback for the real boto3 client."""

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.sqs import json_service


@dataclass(slots=True)
class Streams:
    """Records that were put, as (stream ARN, partition key, data); with an `error` code every call fails."""

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
    with json_service.serving(streams.answer) as streams.url:
        yield streams
