"""Letting returned messages of a standard queue wait, with the real SQS client."""

from collections.abc import Callable
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from forwarder.response.visibility_backoff import MOST, VisibilityBackoff, bound, queue_url, receive_count

from local import faults
from tests.support.forwarder.function import Function, failures, message, sqs
from tests.support.forwarder.records import QUEUE, make_config, read, sqs_entry

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/telemetry"


@pytest.fixture
def stub() -> Stubber:
    return Stubber(boto3.client("sqs", region_name="eu-central-1"))


def returned(*receives: str) -> Any:
    entries = [
        {**sqs_entry(id=f"m-{n}", ApproximateReceiveCount=told), "receiptHandle": f"handle-{n}"}
        for n, told in enumerate(receives)
    ]
    return read(make_config(), *entries)


def test_bound_doubles_up_to_four_minutes() -> None:
    assert [bound(receives) for receives in (1, 2, 3, 4, 5, 6, 7, 10**9)] == [
        10, 20, 40, 80, 160, 240, 240, 240,
    ]  # fmt: skip


@pytest.mark.parametrize("receives", [1, 3, 9])
def test_delays_are_spread_below_the_bound(receives: int) -> None:
    seen: list[int] = []

    class Client:
        class meta:
            endpoint_url = "https://sqs.eu-central-1.amazonaws.com"

        def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
            seen.extend(one["VisibilityTimeout"] for one in Entries)
            return {}

    for _ in range(20):
        VisibilityBackoff(Client()).delay(returned(*[str(receives)] * 10))
    assert 0 <= min(seen) < bound(receives) / 4
    assert bound(receives) * 3 / 4 < max(seen) <= min(bound(receives), MOST)


def test_messages_are_named_by_their_receipt_handles(stub: Stubber) -> None:
    entries = [{"Id": str(n), "ReceiptHandle": f"handle-{n}", "VisibilityTimeout": ANY} for n in range(3)]
    stub.add_response(
        "change_message_visibility_batch",
        {"Successful": [{"Id": str(n)} for n in range(3)], "Failed": []},
        {"QueueUrl": URL, "Entries": entries},
    )
    with stub:
        assert VisibilityBackoff(stub.client).delay(returned("1", "2", "3")) == []
    stub.assert_no_pending_responses()


def test_entries_that_fail_are_told(stub: Stubber) -> None:
    failed = {"Id": "1", "Code": "ReceiptHandleIsInvalid", "Message": "it expired", "SenderFault": True}
    stub.add_response("change_message_visibility_batch", {"Successful": [{"Id": "0"}], "Failed": [failed]})
    with stub:
        assert VisibilityBackoff(stub.client).delay(returned("1", "1")) == [
            "ReceiptHandleIsInvalid: it expired"
        ]


def test_a_call_that_fails_is_told(stub: Stubber) -> None:
    stub.add_client_error("change_message_visibility_batch", "AccessDenied", "no")
    with stub:
        (reason,) = VisibilityBackoff(stub.client).delay(returned("1"))
    assert "AccessDenied" in reason


@pytest.mark.parametrize("endpoint", ["https://sqs.eu-central-1.amazonaws.com", "http://127.0.0.1:9324/"])
def test_the_queue_is_found_by_its_arn(endpoint: str) -> None:
    assert queue_url(endpoint, QUEUE) == f"{endpoint.rstrip('/')}/123456789012/telemetry"


@pytest.mark.parametrize("told", [None, "", "0", "-1", "many", 3, "9" * 5000, "\N{SUPERSCRIPT TWO}"])
def test_a_strange_receive_count_is_the_first(told: Any) -> None:
    (record,) = read(make_config(), {**sqs_entry(), "attributes": {"ApproximateReceiveCount": told}})
    assert 1 <= bound(receive_count(record)) <= MOST


def test_a_record_without_attributes_is_delayed_too() -> None:
    (record,) = read(make_config(), {**sqs_entry(), "attributes": None})
    assert receive_count(record) == 1


MakeFunction = Callable[..., Function]


def test_failing_to_delay_is_a_warning_only(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, stub: Stubber
) -> None:
    stub.add_client_error("change_message_visibility_batch", "AccessDenied", "no")
    with stub:
        function = make_function(delay=VisibilityBackoff(stub.client).delay, visibilityBackoff=True)
        report = function.handle(*sqs("no JSON", message("i-1")))
    assert failures(report) == ["m-0"]
    (warning,) = report.warnings
    assert warning.startswith("the visibility of returned messages was not changed: ClientError")
    assert endpoint.accepted_ids() == ["i-1"]


def test_returned_messages_are_delayed_ten_to_a_call(make_function: MakeFunction) -> None:
    sizes: list[int] = []

    def delay(records: Any) -> list[str]:
        sizes.append(len(records))
        return ["Throttled: slow down"]

    report = make_function(delay=delay).handle(*sqs(*["no JSON"] * 25))
    assert sorted(sizes) == [5, 10, 10]
    assert len(report.warnings) == 1, "the same reason is told once"


def test_nothing_is_delayed_when_nothing_comes_back(make_function: MakeFunction) -> None:
    def delay(records: Any) -> list[str]:
        raise AssertionError

    assert make_function(delay=delay).failures(*sqs(message("i-0"))) == []


def test_hanging_delay_ends_at_the_deadline(
    make_function: MakeFunction,
) -> None:
    end = Event()

    def delay(records: Any) -> list[str]:
        end.wait(10)
        return []

    ticks = iter([30.0] * 2)
    report = make_function(delay=delay).handle(*sqs("no JSON"), remaining=lambda: next(ticks, 0.25))
    end.set()
    assert failures(report) == ["m-0"]
    assert "no answer in time" in report.warnings[0]
