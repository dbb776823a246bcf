"""What the results of messages make of their records, and that the counts add up."""

from typing import Any

import pytest
from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.results import ACCEPTED, MessageResult, MessageStatus, RecordResult, RecordStatus
from forwarder.errors import AccountingError
from forwarder.reasons import Reason

from tests.support.forwarder.function import ROUTE, fifo, message, sqs
from tests.support.forwarder.scenarios import Scenario

SPLIT = {"inputName": "telemetry", "split": "body.items"}
FAILED = MessageResult(MessageStatus.UNFINISHED, Reason("TargetFailed", "HTTP 500"))
HELD = MessageResult(MessageStatus.UNFINISHED, Reason("HeldBack"))
REFUSED = MessageResult(MessageStatus.REJECTED, Reason("Refused", "no"))


def state(*entries: dict[str, Any], route: dict[str, Any] = ROUTE, **settings: bool) -> BatchState:
    routed = Scenario({"routes": [route], "unrouted": "drop"}, list(entries)).routed
    return BatchState(routed, **settings)


def finish(one: BatchState, *results: MessageResult) -> BatchState:
    """Give the tasks their results, in their order."""
    for task, result in zip(one.tasks, results, strict=True):
        task.result = result
    return one


def split(*results: MessageResult) -> BatchState:
    """One record of as many messages as there are results."""
    return finish(state(*sqs({"items": [{"n": n} for n in range(len(results))]}), route=SPLIT), *results)


def results(one: BatchState) -> list[RecordResult]:
    return [record.result for record in one.records]


def ids(one: BatchState) -> list[str | None]:
    return [task.message.id if task.message else None for task in one.tasks]


def test_batch_state_task_for_each_different_message() -> None:
    twice = state(*sqs(message("a"), message("b"), message("a")))
    assert ids(twice) == ["a", "b"]
    assert [(task.order, task.record.position) for task in twice.tasks] == [(0, 0), (1, 1)]


def test_batch_state_barriers_but_for_dropped_records() -> None:
    records = fifo(message("a"), "no JSON", message("b"))
    assert ids(state(*records, barriers=True)) == ["a", None, None, "b", None]
    dropping = {**ROUTE, "when": "body.id == 'a'"}
    assert ids(state(*fifo(message("a"), message("b")), route=dropping, barriers=True)) == ["a", None]


def test_batch_state_repetition_shares_the_outcome() -> None:
    one = finish(state(*sqs(message("a"), message("a"))), FAILED)
    assert results(one) == [RecordResult(RecordStatus.UNFINISHED, Reason("TargetFailed", "HTTP 500"))] * 2


def test_batch_state_known_id_with_other_content() -> None:
    one = state(*sqs(message("a", v=1), message("a", v=2), message("a", v=1)))
    assert (ids(one), one.rejected) == (["a"], [one.records[1]])
    ((problem,), none) = one.records[1].problems, one.records[2].problems
    assert (problem.reason.code, problem.message_id, none) == ("DuplicateId", "a", ())


def test_batch_state_record_in_conflict_claims_no_id() -> None:
    """Neither of its messages is sent, so a later record may still have the id of the other one."""
    route = {**SPLIT, "messageIdFrom": "item.id"}
    first = {"items": [{}, {"id": "a", "v": 1}]}
    clash = {"items": [{"id": "b", "v": 1}, {"id": "a", "v": 2}]}
    later = {"items": [{"id": "b", "v": 9}]}
    one = state(*sqs(first, clash, later), route=route)
    assert (one.rejected, ids(one)) == ([one.records[1]], ["m-0-0", "a", "b"])


@pytest.mark.parametrize(
    ("results", "result"),
    [
        ((ACCEPTED, ACCEPTED), RecordResult(RecordStatus.FORWARDED)),
        ((ACCEPTED, FAILED), RecordResult(RecordStatus.UNFINISHED, Reason("TargetFailed", "HTTP 500"))),
        ((REFUSED, FAILED), RecordResult(RecordStatus.UNFINISHED, Reason("TargetFailed", "HTTP 500"))),
        ((HELD, FAILED), RecordResult(RecordStatus.UNFINISHED, Reason("TargetFailed", "HTTP 500"))),
        ((HELD, HELD), RecordResult(RecordStatus.UNFINISHED, Reason("HeldBack"))),
        ((ACCEPTED, REFUSED), RecordResult(RecordStatus.UNFINISHED, Reason("HeldBack"))),
    ],
)
def test_batch_state_worst_message_decides(results: tuple[MessageResult, ...], result: RecordResult) -> None:
    assert split(*results).records[0].result == result


def test_batch_state_no_messages_is_dropped() -> None:
    assert split().records[0].result == RecordResult(RecordStatus.DROPPED)


def test_batch_state_rejected_names_its_problems() -> None:
    (record,) = split(ACCEPTED, REFUSED).records
    assert [(problem.reason.code, problem.index) for problem in record.problems] == [("Refused", 1)]


@pytest.mark.parametrize(
    ("stored", "result", "storable"),
    [
        (None, RecordResult(RecordStatus.UNFINISHED, Reason("HeldBack")), True),
        (False, RecordResult(RecordStatus.UNFINISHED, Reason("StoreFailed")), True),
        (True, RecordResult(RecordStatus.REJECTED), False),
    ],
)
def test_batch_state_rejected_is_done_when_stored(
    stored: bool | None, result: RecordResult, storable: bool
) -> None:
    (record,) = split(ACCEPTED, REFUSED).records
    record.stored = stored
    assert (record.result, record.storable) == (result, storable)


def test_batch_state_rejected_waits_for_other_messages() -> None:
    assert not split(REFUSED, FAILED).records[0].storable


def test_batch_state_gives_rejected_records_back() -> None:
    one = state(*sqs("no JSON"), give_back=True)
    result = one.records[0].result
    assert (result.status, result.reason.code) == (RecordStatus.UNFINISHED, "Rejected")
    assert result.reason.text.startswith("BadJson: not JSON")


def test_batch_state_no_result_is_never_forwarded() -> None:
    one = state(*sqs(message("a")))
    with pytest.raises(AccountingError, match="m-0 has messages that were not accepted"):
        results(one)
    with pytest.raises(AccountingError, match="1 messages were to be sent"):
        one.message_counts()


def test_batch_state_failed_barrier_keeps_its_record() -> None:
    one = finish(state(*fifo(message("a")), barriers=True), ACCEPTED, HELD)
    assert one.records[0].result == RecordResult(RecordStatus.UNFINISHED, Reason("HeldBack"))


def test_batch_state_close_gives_all_messages_a_result() -> None:
    one = state(*sqs(message("a"), message("b")))
    one.tasks[0].result = ACCEPTED
    one.close("Deadline")
    assert [result.reason.code for result in results(one)] == ["", "Deadline"]


def test_batch_state_counts_messages_without_barriers() -> None:
    records = fifo(message("a"), message("a"), message("b"), message("c"), "no JSON")
    one = state(*records, barriers=True)
    by_id = {"a": ACCEPTED, "b": REFUSED, "c": FAILED, None: HELD}
    finish(one, *(by_id[id] for id in ids(one)))
    assert one.message_counts() == {
        "built": 4,
        "duplicates": 1,
        "accepted": 1,
        "rejected": 1,
        "unfinished": 1,
    }
