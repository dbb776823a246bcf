"""What the outcomes of messages make of their records, and that the books are balanced."""

from typing import Any

import pytest
from forwarder.delivery.batch_state import Ledger, State, Verdict
from forwarder.delivery.tasks import ACCEPTED, Fate, Outcome
from forwarder.errors import AccountingError

from tests.support.forwarder.function import ROUTE, fifo, message, sqs
from tests.support.forwarder.scenarios import Scenario

SPLIT = {"inputName": "telemetry", "split": "body.items"}
FAILED = Outcome(Fate.UNFINISHED, "TargetFailed", "HTTP 500")
HELD = Outcome(Fate.UNFINISHED, "HeldBack")
REFUSED = Outcome(Fate.REJECTED, "Refused", "no")


def ledger(*entries: dict[str, Any], route: dict[str, Any] = ROUTE, **settings: bool) -> Ledger:
    routed = Scenario({"routes": [route], "unrouted": "drop"}, list(entries)).routed
    return Ledger(routed, **settings)


def settle(one: Ledger, *outcomes: Outcome) -> Ledger:
    """Give the tasks their outcomes, in their order."""
    for task, outcome in zip(one.tasks, outcomes, strict=True):
        task.outcome = outcome
    return one


def split(*outcomes: Outcome) -> Ledger:
    """One record of as many messages as there are outcomes."""
    return settle(ledger(*sqs({"items": [{"n": n} for n in range(len(outcomes))]}), route=SPLIT), *outcomes)


def ids(one: Ledger) -> list[str | None]:
    return [task.message.id if task.message else None for task in one.tasks]


def test_ledger_has_one_task_for_each_different_message() -> None:
    twice = ledger(*sqs(message("a"), message("b"), message("a")))
    assert ids(twice) == ["a", "b"]
    assert [(task.order, task.entry, task.position) for task in twice.tasks] == [(0, 0, 0), (1, 1, 1)]


def test_ledger_barriers_stand_behind_each_record_that_is_not_dropped() -> None:
    records = fifo(message("a"), "no JSON", message("b"))
    assert ids(ledger(*records, barriers=True)) == ["a", None, None, "b", None]
    dropping = {**ROUTE, "when": "body.id == 'a'"}
    assert ids(ledger(*fifo(message("a"), message("b")), route=dropping, barriers=True)) == ["a", None]


def test_ledger_repetition_shares_the_outcome() -> None:
    one = settle(ledger(*sqs(message("a"), message("a"))), FAILED)
    assert [one.verdict(entry) for entry in (0, 1)] == [
        Verdict(State.UNFINISHED, "TargetFailed", "HTTP 500")
    ] * 2


def test_ledger_rejects_a_known_id_with_other_content() -> None:
    one = ledger(*sqs(message("a", v=1), message("a", v=2), message("a", v=1)))
    assert (ids(one), one.rejected) == (["a"], [1])
    ((problem,), none) = one.problems(1), one.problems(2)
    assert (problem.code, problem.message_id, none) == ("DuplicateId", "a", ())


def test_ledger_record_in_conflict_claims_no_id() -> None:
    """Neither of its messages is sent, so a later record may still have the id of the other one."""
    route = {**SPLIT, "messageIdFrom": "item.id"}
    first = {"items": [{}, {"id": "a", "v": 1}]}
    clash = {"items": [{"id": "b", "v": 1}, {"id": "a", "v": 2}]}
    later = {"items": [{"id": "b", "v": 9}]}
    one = ledger(*sqs(first, clash, later), route=route)
    assert (one.rejected, ids(one)) == ([1], ["m-0-0", "a-1", "b-0"])


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ((ACCEPTED, ACCEPTED), Verdict(State.FORWARDED)),
        ((ACCEPTED, FAILED), Verdict(State.UNFINISHED, "TargetFailed", "HTTP 500")),
        ((REFUSED, FAILED), Verdict(State.UNFINISHED, "TargetFailed", "HTTP 500")),
        ((HELD, FAILED), Verdict(State.UNFINISHED, "TargetFailed", "HTTP 500")),
        ((HELD, HELD), Verdict(State.UNFINISHED, "HeldBack")),
        ((ACCEPTED, REFUSED), Verdict(State.UNFINISHED, "HeldBack")),
    ],
)
def test_ledger_worst_message_decides_on_its_record(outcomes: tuple[Outcome, ...], verdict: Verdict) -> None:
    assert split(*outcomes).verdict(0) == verdict


def test_ledger_record_without_messages_is_dropped() -> None:
    assert split().verdict(0) == Verdict(State.DROPPED)


def test_ledger_rejected_record_is_done_only_when_it_is_stored() -> None:
    one = split(ACCEPTED, REFUSED)
    assert [(problem.code, problem.index) for problem in one.problems(0)] == [("Refused", 1)]
    assert one.storable() == [0]
    one.unstorable.add(0)
    assert one.verdict(0) == Verdict(State.UNFINISHED, "StoreFailed")
    one.stored.add(0)
    assert (one.verdict(0), one.storable()) == (Verdict(State.DEAD_LETTERED), [])


def test_ledger_rejected_record_waits_for_its_other_messages() -> None:
    assert split(REFUSED, FAILED).storable() == []


def test_ledger_gives_rejected_records_back_if_told() -> None:
    one = ledger(*sqs("no JSON"), give_back=True)
    verdict = one.verdict(0)
    assert (verdict.state, verdict.reason) == (State.UNFINISHED, "Rejected")
    assert verdict.text.startswith("BadJson: not JSON")


def test_ledger_never_calls_a_message_without_outcome_forwarded() -> None:
    one = ledger(*sqs(message("a")))
    with pytest.raises(AccountingError, match="m-0 has messages that were not accepted"):
        one.verdict(0)
    with pytest.raises(AccountingError, match="1 messages were to be sent"):
        one.message_counts()


def test_ledger_barrier_that_failed_keeps_its_record() -> None:
    one = settle(ledger(*fifo(message("a")), barriers=True), ACCEPTED, HELD)
    assert one.verdict(0) == Verdict(State.UNFINISHED, "HeldBack")


def test_ledger_close_leaves_no_message_without_an_outcome() -> None:
    one = ledger(*sqs(message("a"), message("b")))
    one.tasks[0].outcome = ACCEPTED
    one.close("Deadline")
    assert [one.verdict(entry).reason for entry in (0, 1)] == ["", "Deadline"]


def test_ledger_counts_messages_without_barriers() -> None:
    records = fifo(message("a"), message("a"), message("b"), message("c"), "no JSON")
    one = ledger(*records, barriers=True)
    by_id = {"a": ACCEPTED, "b": REFUSED, "c": FAILED, None: HELD}
    settle(one, *(by_id[id] for id in ids(one)))
    assert one.message_counts() == {
        "built": 4,
        "duplicates": 1,
        "accepted": 1,
        "rejected": 1,
        "unfinished": 1,
    }
