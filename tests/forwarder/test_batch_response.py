"""What is answered, by what became of the records."""

from collections.abc import Sequence
from typing import Any

import pytest
from forwarder.delivery.results import RecordResult, RecordStatus
from forwarder.errors import AccountingError
from forwarder.reasons import Reason
from forwarder.response.batch_response import BatchResponse, build_response, checkpoint

from tests.support.forwarder.function import fifo, kinesis, sqs
from tests.support.forwarder.scenarios import Scenario

DONE, DEAD = RecordResult(RecordStatus.FORWARDED), RecordResult(RecordStatus.REJECTED)
BACK = RecordResult(RecordStatus.UNFINISHED, Reason("TargetFailed"))
SOURCES = pytest.mark.parametrize("make", [sqs, fifo, kinesis])


def response_to(entries: list[dict[str, Any]], results: Sequence[RecordResult]) -> BatchResponse:
    event = Scenario({"routes": [{"inputName": "telemetry"}]}, entries).event
    return build_response(event, list(zip(event.records, results, strict=True)))


def named(one: BatchResponse) -> list[str]:
    return [item["itemIdentifier"] for item in one.body["batchItemFailures"]]


@SOURCES
def test_all_done_returns_nothing(make: Any) -> None:
    one = response_to(make(*["{}"] * 3), [DONE, DEAD, RecordResult(RecordStatus.DROPPED)])
    assert one.body == {"batchItemFailures": []}
    assert (one.forwarded, one.rejected, one.dropped) == (1, 1, 1)


@pytest.mark.parametrize("make", [sqs, fifo])
def test_a_queue_is_told_every_failed_message(make: Any) -> None:
    one = response_to(make(*["{}"] * 4), [BACK, DONE, BACK, DONE])
    assert (named(one), one.failed, one.returned) == (["m-0", "m-2"], (0, 2), {"TargetFailed": 2})


def test_shard_response_names_the_lowest_only() -> None:
    one = response_to(kinesis(*["{}"] * 5), [DONE, BACK, DONE, BACK, DEAD])
    assert named(one) == ["1001"]
    assert one.failed == (1, 2, 3, 4)
    assert one.returned == {"TargetFailed": 2, "HeldBack": 2}
    assert (one.forwarded, one.rejected) == (1, 0)


def test_checkpoint_is_the_lowest_unfinished_record() -> None:
    event = Scenario({"routes": [{"inputName": "telemetry"}]}, kinesis(*["{}"] * 3)).event
    assert checkpoint(event, list(zip(event.records, [DONE, BACK, BACK], strict=True))) == 1
    assert checkpoint(event, list(zip(event.records, [DONE, DEAD, DONE], strict=True))) is None


def test_a_record_without_a_verdict_fails_the_batch() -> None:
    event = Scenario({"routes": [{"inputName": "telemetry"}]}, sqs("{}", "{}")).event
    with pytest.raises(AccountingError, match="2 records came, 1 of them"):
        build_response(event, [(event.records[0], DONE)])
