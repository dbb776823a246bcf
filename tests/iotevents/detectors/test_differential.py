"""The engine against the plain reading, on random models and messages.

WORLD_EXAMPLES=20000 compares that many, WORLD_SEED other ones.
"""

import json
import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.detectors.running import EXAMPLES, SEED, engine_records, judged, reference_records
from tests.support.detectors.worlds import world


def test_engine_agrees_with_plain_reading() -> None:
    for number, (one, expected) in enumerate(judged()):
        assert engine_records(one) == expected, f"WORLD_SEED={SEED + number}"


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_engine_agrees_on_any_world(source: random.Random) -> None:
    one = world(source)
    assert engine_records(one) == reference_records(one)


def test_worlds_reach_everything() -> None:
    seen = Counter(trait for _, records in judged() for text in records for trait in traits(json.loads(text)))
    rare = {trait: seen[trait] for trait in TRAITS if seen[trait] < EXAMPLES // 40}
    assert rare == {}


TRAITS = [
    *("message", "timer", "operation", "rejected", "duplicate", "unrouted", "made", "deleted", "moved"),
    *("stayed by transition", "no key", "failed action", "fed back", "True", "False", "Skipped", "Error"),
    *("OnEnter", "OnInput", "OnExit", "sns", "lambda", "sqs", "firehose", "iotTopicPublish", "iotEvents"),
    *("two timers", "own payload", "several models"),
]


def traits(record: dict[str, Any]) -> set[str]:
    """Return the traits of a record, by their names in TRAITS."""
    if "trigger" not in record:
        return {"rejected", "duplicate", "unrouted"} & record.keys()
    found = {record["trigger"]} | {action["type"] for action in record["actions"]}
    found |= {word for text in record["conditions"] for word in text.split()}
    same = record["from"] == record["to"]
    tests = {
        "made": record["from"] is None,
        "deleted": record["to"] is None,
        "moved": not same and None not in (record["from"], record["to"]),
        "stayed by transition": same and any("OnExit" in text for text in record["conditions"]),
        "no key": record["key"] is None,
        "failed action": any("actions" in where for where in record["errors"]),
        "fed back": str(record["messageId"]).startswith("action"),
        "two timers": len(record["timers"]) == 2,
        "own payload": any("eventTime" not in action["payload"] for action in record["actions"]),
        "several models": record["model"] == "gamma-1",
    }
    return found | {name for name, holds in tests.items() if holds}
