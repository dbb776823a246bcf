"""Events and records for the tests, with what every real one has."""

import base64
from typing import Any

from forwarder.config.config import Config, parse_config
from forwarder.records import Record, Routed
from forwarder.routing.router import route_record
from forwarder.sources.events import read_event

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:telemetry"
FIFO = QUEUE + ".fifo"
STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry"
ARRIVAL = 1_700_000_000_123


def sqs_entry(body: str = "{}", *, id: str = "m-1", arn: str = QUEUE, **attributes: str) -> dict[str, Any]:
    return {
        "messageId": id,
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"SentTimestamp": str(ARRIVAL), "ApproximateReceiveCount": "1", **attributes},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
    }


def kinesis_entry(
    data: bytes = b"{}",
    *,
    number: str = "49590338271490256608559692538361571095921575989136588898",
    key: str = "k",
) -> dict[str, Any]:
    return {
        "eventID": f"shardId-000000000006:{number}",
        "eventSource": "aws:kinesis",
        "eventSourceARN": STREAM,
        "kinesis": {
            "partitionKey": key,
            "sequenceNumber": number,
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": ARRIVAL / 1000,
        },
    }


def make_config(*routes: dict[str, Any], **keys: Any) -> Config:
    return parse_config({"routes": list(routes) or [{"inputName": "telemetry"}], **keys})


def read(config: Config, *entries: dict[str, Any]) -> tuple[Record, ...]:
    return read_event({"Records": list(entries)}, config).records


def route_entry(config: Config, entry: dict[str, Any]) -> Routed:
    (record,) = read(config, entry)
    return route_record(config, record)


def route_body(body: str, *routes: dict[str, Any], **keys: Any) -> Routed:
    """Route one message of a standard queue."""
    return route_entry(make_config(*routes, **keys), sqs_entry(body))
