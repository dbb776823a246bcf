"""What is sent after what, and what comes back with a failure, by source and ordering."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from local import faults
from tests.support.forwarder.function import Function, failures, fifo, kinesis, message, sqs

MakeFunction = Callable[..., Function]


def sent(endpoint: faults.FaultyEndpoint) -> list[list[str | None]]:
    return [list(call.ids) for call in endpoint.calls]


def hot(number: int, every: int = 2) -> list[dict[str, object]]:
    """Messages of which every second has the same key."""
    return [message(f"i-{n}", "hot" if n % every == 0 else f"k-{n}") for n in range(number)]


def test_key_never_has_two_messages_of_a_key_under_way(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail(faults.slow(0.005))
    assert make_function(workers=4).failures(*sqs(*hot(40))) == []
    of_hot = [call for call in endpoint.calls if any(int(str(one)[2:]) % 2 == 0 for one in call.ids)]
    assert [one for call in of_hot for one in call.ids if int(str(one)[2:]) % 2 == 0] == [
        f"i-{n}" for n in range(0, 40, 2)
    ]
    assert all(a.ended is not None and a.ended <= b.began for a, b in pairwise(of_hot))


@pytest.mark.parametrize(("count", "every", "calls"), [(40, 2, 20), (40, 20, 4), (41, 41, 5), (7, 1, 7)])
def test_key_needs_as_few_calls_as_can_be(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, count: int, every: int, calls: int
) -> None:
    assert make_function(workers=1).failures(*sqs(*hot(count, every))) == []
    assert len(endpoint.calls) == calls


def test_none_fills_every_call(make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
    assert make_function(workers=1, ordering="none").failures(*kinesis(*hot(40, 1))) == []
    assert [len(one) for one in sent(endpoint)] == [10] * 4


@pytest.mark.parametrize("source", [sqs, fifo, kinesis])
def test_strict_sends_one_after_the_other(
    make_function: MakeFunction,
    endpoint: faults.FaultyEndpoint,
    source: Callable[..., list[dict[str, object]]],
) -> None:
    endpoint.fail_entry("ThrottlingException", message="i-3", times=2)
    function = make_function(workers=8, ordering="strict")
    assert function.failures(*source(*(message(f"i-{n}", f"k-{n}") for n in range(6)))) == []
    assert endpoint.accepted_ids() == [f"i-{n}" for n in range(6)]
    assert all(call.in_flight == 1 and len(call.ids) == 1 for call in endpoint.calls)


def test_standard_queue_gets_rest_of_failed_key_back(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-2")
    report = make_function(retries=1).handle(*sqs(*hot(8)))
    assert failures(report) == ["m-2", "m-4", "m-6"]
    assert report.response.returned == {"TargetFailed": 1, "HeldBack": 2}
    assert sorted(endpoint.accepted_ids()) == ["i-0", "i-1", "i-3", "i-5", "i-7"]


def test_standard_queue_is_not_held_by_rejections(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InvalidRequestException", message="i-2")
    assert make_function().failures(*sqs(*hot(8))) == ["m-2"]


def test_fifo_gives_back_the_rest_of_a_failed_group(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-1")
    groups = [message(f"i-{n}", "ab"[n % 2]) for n in range(8)]
    assert make_function(retries=0).failures(*fifo(*groups)) == ["m-1", "m-3", "m-5", "m-7"]
    assert endpoint.accepted_ids() == ["i-0", "i-2", "i-4", "i-6"]


def test_fifo_returns_a_group_behind_a_rejected_record(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    records = fifo(message("i-0"), message("i-1"), message("i-2"))
    records[1]["body"] = "no JSON"
    report = make_function().handle(*records)
    assert failures(report) == ["m-1", "m-2"]
    assert report.response.returned == {"Rejected": 1, "HeldBack": 1}


def test_fifo_group_waits_until_rejection_is_stored(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(rejected_queue=True)
    seen: list[list[str]] = []

    def take(body: str) -> bool:
        seen.append(endpoint.accepted_ids())
        return True

    function.rejects.takes = take
    records = fifo(message("i-0"), message("i-1"), message("i-2"))
    records[1]["body"] = "no JSON"
    assert function.failures(*records) == []
    assert seen == [["i-0"]]
    assert endpoint.accepted_ids() == ["i-0", "i-2"]


def test_fifo_group_comes_back_if_store_fails(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(rejected_queue=True)
    function.rejects.takes = lambda body: False
    endpoint.fail_entry("InvalidRequestException", message="i-1")
    report = function.handle(*fifo(message("i-0"), message("i-1"), message("i-2"), message("i-3", "other")))
    assert failures(report) == ["m-1", "m-2"]
    assert report.response.returned == {"StoreFailed": 1, "HeldBack": 1}


def test_a_bug_in_storing_fails_the_whole_batch(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    def broken(body: str) -> bool:
        raise ZeroDivisionError

    for source in (fifo, sqs):
        function = make_function(rejected_queue=True)
        function.rejects.takes = broken
        with pytest.raises(ZeroDivisionError):
            function.handle(*source("no JSON"))


@pytest.mark.parametrize("ordering", ["none", "key", "strict"])
@pytest.mark.parametrize("workers", [1, 4])
def test_shard_comes_back_from_the_lowest_failure_on(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, ordering: str, workers: int
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-20")
    function = make_function(workers=workers, ordering=ordering, retries=0)
    report = function.handle(*kinesis(*(message(f"i-{n}", f"k-{n}") for n in range(100))))
    assert failures(report) == ["1020"]
    assert set(endpoint.accepted_ids()) >= {f"i-{n}" for n in range(20)}
    assert report.response.returned.total() == 80
    assert workers > 1 or len(endpoint.accepted_ids()) < 30


def test_shard_sends_below_a_failure_and_not_above(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    """The failed key is the hottest, so that its messages go first of all."""
    endpoint.fail_entry("InternalFailureException", message="i-50")
    bodies = [message(f"i-{n}", "hot" if n % 2 == 0 else f"k-{n}") for n in range(100)]
    report = make_function(workers=1, retries=0).handle(*kinesis(*bodies))
    assert failures(report) == ["1050"]
    assert set(endpoint.accepted_ids()) >= {f"i-{n}" for n in range(50)}
    failed_at = next(call.number for call in endpoint.calls if "i-50" in call.ids)
    later = [one for call in endpoint.calls[failed_at + 1 :] for one in call.ids]
    assert later == [f"i-{n}" for n in range(51) if f"i-{n}" in later]


def test_poison_in_a_shard_comes_back(make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
    records = kinesis(*hot(40))
    records[10]["kinesis"]["data"] = "bm8gSlNPTg=="
    report = make_function(workers=2).handle(*records)
    assert failures(report) == ["1010"]
    assert sorted(endpoint.accepted_ids()) == sorted(f"i-{n}" for n in range(10))
    assert report.response.returned == {"Rejected": 1, "HeldBack": 29}


def test_stored_poison_in_a_shard_holds_nothing_up(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    records = kinesis(*hot(40))
    records[10]["kinesis"]["data"] = "bm8gSlNPTg=="
    function = make_function(rejected_queue=True)
    assert function.failures(*records) == []
    assert function.rejects.ids == ["1010"]
    assert len(endpoint.accepted_ids()) == 39


def test_shard_stores_rejections_below_checkpoint(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-4")
    records = kinesis(*(message(f"i-{n}", f"k-{n}") for n in range(8)))
    for position in (1, 3, 6):
        records[position]["kinesis"]["data"] = "bm8gSlNPTg=="
    function = make_function(rejected_queue=True, retries=0)
    report = function.handle(*records)
    assert failures(report) == ["1004"]
    assert function.rejects.ids == ["1001", "1003"]
    assert report.response.rejected == 2
    assert report.response.returned == {"TargetFailed": 1, "HeldBack": 3}


def test_shard_comes_back_from_unstored_rejection(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    records = kinesis(*["no JSON"] * 25)
    function = make_function(rejected_queue=True)
    function.rejects.takes = lambda body: '"1013"' not in body
    report = function.handle(*records)
    assert failures(report) == ["1013"]
    assert report.response.rejected == 13
    assert report.response.returned == {"StoreFailed": 1, "HeldBack": 11}
    assert len(function.rejects.bodies) < 20, "the batches behind the failure are left alone"
