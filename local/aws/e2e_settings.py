"""Settings of the end-to-end test: a deployment that retries and gives up within a minute, not hours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.demo.endpoint import EXAMPLE

TIMEOUT = 4
"""Seconds of an invocation; a queue's visibility timeout follows from it, 24 or 25 s."""
_ROUTES = EXAMPLE / "forwarder.json"
_QUEUES = {
    "Telemetry": {"type": "sqs", "batchSize": 50, "batchWindow": 1, "maxReceiveCount": 3},
    "OrderedTelemetry": {"type": "fifo", "maxReceiveCount": 3},
}
_STREAM = {"TelemetryStream": {"type": "kinesis", "shards": 2, "batchSize": 20}}
"""Small batches: what is returned of one for lack of time, the emulator does not deliver again."""


def dead_letter(endpoint_url: str) -> dict[str, Any]:
    """Return the settings of a deployment with all sources that stores what it rejects."""
    return _settings(endpoint_url, _QUEUES | _STREAM, {"onRejected": "dead-letter"})


def retry(endpoint_url: str) -> dict[str, Any]:
    """Return the settings of a deployment with queues only, whose redrive decides on what is rejected."""
    few = {"batchSize": 10, "maxReceiveCount": 2}
    # What follows a returned message of its group in a batch is returned with it, and counts a receive, too.
    alone = {"batchSize": 1, "maxReceiveCount": 2}
    queues = {
        "Telemetry": {**_QUEUES["Telemetry"], **few},
        "OrderedTelemetry": {**_QUEUES["OrderedTelemetry"], **alone},
    }
    return {**_settings(endpoint_url, queues, {"onRejected": "retry"}), "removalPolicy": "retain"}


def write(settings: Mapping[str, Any], path: Path) -> Path:
    """Write settings to a file for `-c settings=FILE`."""
    path.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    return path


def _settings(endpoint_url: str, sources: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    quick = {"connectTimeout": 0.5, "readTimeout": 1, "retries": 2}
    return {
        "endpointUrl": endpoint_url,
        "config": {**json.loads(_ROUTES.read_text("utf-8")), **quick, **config},
        "sources": sources,
        "function": {"timeout": TIMEOUT, "logRetentionDays": 7},
        "removalPolicy": "destroy",
    }
