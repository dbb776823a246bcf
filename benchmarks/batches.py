"""Events of a standard queue: readings of a fleet, the same on every run."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from local.lambda_runtime.events import Event, queue_arn, sqs_event, sqs_message

SENT = 1_700_000_000_000
INPUT = "telemetry"
KEY = "device"
"""The member of a reading that names its device: the ordering key."""
MESSAGES_IN_A_CALL = 10


def batch(count: int, keys: int, *, skewed: bool = False) -> Event:
    """Return an event of so many readings, of so many devices in no order; if skewed, the n-th device has
    a share of 1/n (Zipf).
    """
    source = random.Random(1)
    weights = [1 / (device + 1) if skewed else 1 for device in range(keys)]
    devices = source.choices(range(keys), weights, k=count)
    messages = (
        sqs_message(f"{number}", json.dumps(_reading(source, device, number)), SENT + number)
        for number, device in enumerate(devices)
    )
    return sqs_event(queue_arn("telemetry"), messages)


def fewest_calls(event: Event, ordering: str) -> int:
    """Return the minimum number of calls for an event in an order; with keys max(⌈n/10⌉, hottest key)."""
    devices: Sequence[str] = [json.loads(record["body"])[KEY] for record in event["Records"]]
    full = -(-len(devices) // MESSAGES_IN_A_CALL)
    return {"none": full, "key": max(full, *Counter(devices).values()), "strict": len(devices)}[ordering]


def _reading(source: random.Random, device: int, number: int) -> dict[str, Any]:
    return {
        KEY: f"pump-{device:05d}",
        "time": SENT + number,
        "site": source.choice(["north", "south", "harbour"]),
        "sensorData": {
            "pressure": round(source.uniform(40, 100), 2),
            "temperature": round(source.uniform(-10, 60), 2),
            "vibration": round(source.uniform(0, 9), 4),
        },
        "status": source.choice(["ONLINE", "OFFLINE", "ERR-7"]),
        "firmware": "4.11.2",
    }
