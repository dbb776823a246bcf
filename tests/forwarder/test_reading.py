"""Reading ends in time, and what is dear to read does not keep the rest from being sent."""

import base64
import gzip
import json
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any

import pytest
from forwarder.response.report import Report

from tests.support.forwarder.function import Function
from tests.support.forwarder.records import FIFO, QUEUE, kinesis_entry, sqs_entry

DEAR = base64.b64encode(gzip.compress(b"[" + b",".join([b"[]"] * 340_000) + b"]")).decode()
"""About 1.4 KB that open to 1 MB."""


def body(id: str, **members: Any) -> str:
    return json.dumps({"id": id, **members})


def reads(number: int) -> Callable[[], float]:
    """Return the seconds left of an invocation in which `number` records can be read, the first included.

    A call may take 2 s, and settling takes 1: of 23 s reading may use the first 10.
    """
    times = count(-2)
    return lambda: 23.0 if next(times) < number - 1 else 12.9


def statuses(report: Report) -> list[str]:
    """Return what became of each record, in the order of the event."""
    results = [record.result for record in report.state.records]
    return [result.reason.code or result.status.value for result in results]


@pytest.mark.parametrize("read", [1, 2, 4])
def test_unread_records_of_a_queue_come_back(make_function: Callable[..., Function], read: int) -> None:
    entries = [sqs_entry(body(f"m{n}"), id=f"r{n}") for n in range(4)]
    report = make_function().handle(*entries, remaining=reads(read))
    assert statuses(report) == ["forwarded"] * read + ["Deadline"] * (4 - read)
    assert [failure["itemIdentifier"] for failure in report.response.body["batchItemFailures"]] == [
        f"r{n}" for n in range(read, 4)
    ]
    assert report.response.returned == ({"Deadline": 4 - read} if read < 4 else {})


def test_large_records_of_a_queue_are_read_last(make_function: Callable[..., Function]) -> None:
    entries = [
        sqs_entry(DEAR, id="dear"),
        sqs_entry(body("a", key="k"), id="a"),
        sqs_entry(json.dumps({"id": "b", "key": "k", "text": "x" * 70_000}), id="b"),
        sqs_entry(body("c", key="k"), id="c"),
    ]
    report = make_function(maxPayloadBytes=100_000).handle(*entries, remaining=reads(2))
    assert statuses(report) == ["Deadline", "forwarded", "Deadline", "forwarded"]


def test_most_received_large_record_is_read_first(make_function: Callable[..., Function]) -> None:
    entries = [sqs_entry(DEAR, id=f"r{n}", ApproximateReceiveCount=str(n)) for n in (1, 12, 3)]
    report = make_function().handle(*entries, remaining=reads(1))
    assert statuses(report) == ["Deadline", "Rejected", "Deadline"]


@pytest.mark.parametrize("envelope", ["sns", "auto"])
def test_large_record_in_an_envelope_is_read_last(
    make_function: Callable[..., Function], envelope: str
) -> None:
    notification = {"Type": "Notification", "MessageId": "n", "TopicArn": "t", "Message": DEAR}
    small = {**notification, "Message": body("a")}
    entries = [sqs_entry(json.dumps(notification), id="dear"), sqs_entry(json.dumps(small), id="a")]
    report = make_function(envelope=envelope).handle(*entries, remaining=reads(1))
    assert statuses(report) == ["Deadline", "forwarded"]


@pytest.mark.parametrize("arn", [FIFO, QUEUE])
def test_order_of_reading_is_kept(make_function: Callable[..., Function], arn: str) -> None:
    entries = [
        sqs_entry(DEAR, id="dear", arn=arn, MessageGroupId="g"),
        sqs_entry(body("a"), id="a", arn=arn, MessageGroupId="h"),
    ]
    keys = {} if arn == FIFO else {"ordering": "strict"}
    report = make_function(rejected_queue=True, **keys).handle(*entries, remaining=reads(1))
    assert statuses(report) == ["dead-lettered", "Deadline"]


def test_unread_records_of_a_stream_come_back(make_function: Callable[..., Function]) -> None:
    entries = [kinesis_entry(body(f"m{n}").encode(), number=str(n)) for n in range(4)]
    report = make_function().handle(*entries, remaining=reads(2))
    assert statuses(report) == ["forwarded", "forwarded", "Deadline", "Deadline"]
    assert report.response.body == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_dear_records_leave_time_to_send_the_others(make_function: Callable[..., Function]) -> None:
    dear = [sqs_entry(DEAR, id=f"dear{n}") for n in range(200)]
    good = [sqs_entry(body(f"m{n}"), id=f"good{n}") for n in range(10)]
    end = monotonic() + 7
    report = make_function(rejected_queue=True).handle(*dear, *good, remaining=lambda: end - monotonic())
    assert statuses(report)[-10:] == ["forwarded"] * 10
    assert report.response.returned["Deadline"] > 0
    assert report.response.forwarded == 10
