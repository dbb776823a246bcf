"""When a message may be taken twice: each case of the documentation, with and without what it names."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from local import faults
from tests.support.docs.markdown import DOCS
from tests.support.forwarder.function import Function
from tests.support.forwarder.records import kinesis_entry, sqs_entry

MakeFunction = Callable[..., Function]
MINUTE = 60_000
START = 1_700_000_000_000
SPLIT = {"inputName": "telemetry", "split": "body"}
BY_ID = {**SPLIT, "messageIdFrom": "item.id"}


class Source:
    """Records that come at some minute of the target's clock."""

    def __init__(self, make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
        self.make_function = make_function
        self.endpoint = endpoint

    def deliver(self, *entries: dict[str, Any], minute: float = 0, **keys: Any) -> list[str]:
        """Deliver records; return the ids in the answer."""
        self.endpoint.clock = lambda: START + int(minute * MINUTE)
        return self.make_function(**keys).failures(*entries)

    def taken(self, payload: dict[str, Any]) -> int:
        """Return how often the target took a payload."""
        return [json.loads(message.payload) for message in self.endpoint.accepted()].count(payload)


def queue(id: str, *items: dict[str, Any]) -> dict[str, Any]:
    return sqs_entry(json.dumps(items), id=id)


A, B = {"id": "a", "n": 1}, {"id": "b", "n": 2}


def comes_back_late(source: Source) -> tuple[int, int]:
    for minute in (0.0, 4.9):
        source.deliver(queue("m", A), minute=minute, routes=[SPLIT])
    once = source.taken(A)
    source.deliver(queue("m", A), minute=10, routes=[SPLIT])
    return once, source.taken(A)


def comes_back_more_than_once(source: Source) -> tuple[int, int]:
    for minute in (0, 3):
        source.deliver(queue("m", A), minute=minute, routes=[SPLIT])
    once = source.taken(A)
    source.deliver(queue("m", A), minute=6, routes=[SPLIT])
    return once, source.taken(A)


def sent_twice_without_a_common_id(source: Source) -> tuple[int, int]:
    records = [queue("m-1", A), queue("m-2", B, A)]
    source.deliver(*records, routes=[BY_ID])
    once = source.taken(A)
    source.endpoint.reset()
    source.deliver(*records, routes=[SPLIT])
    return once, source.taken(A)


def sent_twice_beside_another_of_its_id(source: Source) -> tuple[int, int]:
    source.deliver(queue("m-1", A), queue("m-2", B, A), routes=[BY_ID])
    once = source.taken(A)
    source.deliver(queue("m-3", A, {**A, "n": 7}), routes=[BY_ID])
    return once, source.taken(A)


def stands_behind_in_a_shard(source: Source) -> tuple[int, int]:
    route = {"inputName": "telemetry", "messageIdFrom": "body.id", "keyFrom": "body.id"}
    records = [kinesis_entry(json.dumps(body).encode(), number=str(n)) for n, body in enumerate((B, A))]
    source.endpoint.fail_entry("InternalFailureException", message="b", times=2)
    for minute in (0, 4):
        assert source.deliver(*records, minute=minute, routes=[route], retries=0) == ["0"]
    once = source.taken(A)
    assert source.deliver(*records, minute=8, routes=[route], retries=0) == []
    return once, source.taken(A)


def put_back_for_another_part(source: Source) -> tuple[int, int]:
    keys: dict[str, Any] = {"bodyFormat": "json-lines", "rejected_queue": True}
    body = f"{json.dumps(A)}\n{{"
    for route in ({"messageIdFrom": "body.id"}, {}):
        source.endpoint.reset()
        for id in ("m-1", "a-new-number"):
            source.deliver(sqs_entry(body, id=id), routes=[{"inputName": "telemetry", **route}], **keys)
        if route:
            once = source.taken(A)
    return once, source.taken(A)


CASES: dict[str, Callable[[Source], tuple[int, int]]] = {
    "its record comes back later than five minutes": comes_back_late,
    "it comes back more than once": comes_back_more_than_once,
    "the producer sends it twice, and `messageIdFrom` does not name": sent_twice_without_a_common_id,
    "the producer sends it twice, and in one of the records": sent_twice_beside_another_of_its_id,
    "a Kinesis record that was accepted stands behind": stands_behind_in_a_shard,
    "another part of its record was rejected": put_back_for_another_part,
}
"""Each case by its beginning: how often a message is taken without it, and with it."""


def test_cases_of_taking_twice_are_all_there() -> None:
    text = (DOCS / "forwarder.md").read_text("utf-8")
    section = text.split("## When a message may be taken twice")[1].split("\n## ")[0]
    bullets = re.findall(r"^\* (.*)", section, re.MULTILINE)
    assert len(bullets) == len(CASES)
    assert all(bullet.startswith(case) for bullet, case in zip(bullets, CASES, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_case_of_taking_twice(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, case: str
) -> None:
    assert CASES[case](Source(make_function, endpoint)) == (1, 2)
