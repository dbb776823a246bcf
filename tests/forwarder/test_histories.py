"""The function under Lambda's pollers, from the first delivery until the source is empty."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest
from forwarder.response.visibility_backoff import VisibilityBackoff
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local import faults
from local.lambda_runtime.events import Event, sequence_number
from local.pollers import Invoke, SqsPoller
from tests.support.forwarder.function import ROUTE, Function, message
from tests.support.forwarder.histories import (
    FIFO,
    PATIENT,
    SETTINGS,
    SHARD,
    STANDARD,
    START,
    make_poller,
    order_is_kept,
    run,
)
from tests.support.forwarder.scenarios import Body
from tests.support.forwarder.troubles import PASSING, TROUBLES

MakeFunction = Callable[..., Function]
SPLIT = {
    "when": "body.items",
    "inputName": "telemetry",
    "split": "body.items",
    "messageIdFrom": "body.id",
    "keyFrom": "body.key",
}
SOURCES = pytest.mark.parametrize("source", sorted(SETTINGS))
IN_ORDER = pytest.mark.parametrize(
    ("source", "ordering"),
    [(source, ordering) for source in ("fifo", "kinesis") for ordering in ("key", "strict")],
)


def bodies(number: int, keys: int = 3) -> list[Body]:
    return [message(f"i-{n}", f"k-{n % keys}") for n in range(number)]


def hot_batch(poison: Body) -> list[Body]:
    """Many keys, one hot; the bad record is in the middle of the hot one, whose key it must have."""
    made = [message(f"i-{n}", "hot" if n % 3 == 0 else f"k-{n}") for n in range(90)]
    return [*made[:45], poison, *made[45:]]


def ids(wanted: list[Body]) -> list[str]:
    return [str(body["id"]) for body in wanted if isinstance(body, dict)]


@SOURCES
@pytest.mark.parametrize("ordering", ["none", "key", "strict"])
def test_an_outage_loses_and_doubles_nothing(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str, ordering: str
) -> None:
    endpoint.plan([faults.unavailable(), faults.unavailable(stored=True), faults.reset(stored=True)] * 2)
    function = make_function(workers=2, retries=0, ordering=ordering)
    over = run(function, endpoint, PATIENT[source], bodies(40))
    assert sorted(over.accepted) == sorted(ids(bodies(40)))
    assert len(over.history.invocations) > 1
    if source != "sqs" and ordering != "none":
        order_is_kept(over)


@given(
    source=st.sampled_from(sorted(SETTINGS)),
    ordering=st.sampled_from(["none", "key", "strict"]),
    workers=st.integers(1, 3),
    retries=st.integers(0, 1),
    troubles=st.lists(st.none() | st.sampled_from(sorted(PASSING)), max_size=10),
    lanes=st.lists(st.sampled_from("abc"), min_size=1, max_size=15),
    size=st.sampled_from([1, 3, 10]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_passes_loses_and_doubles_nothing(
    shared_endpoint: faults.FaultyEndpoint,
    source: str,
    ordering: str,
    workers: int,
    retries: int,
    troubles: list[str | None],
    lanes: list[str],
    size: int,
) -> None:
    shared_endpoint.reset()
    shared_endpoint.plan([TROUBLES[name].fault if name else None for name in troubles])
    function = Function(shared_endpoint, ordering=ordering, workers=workers, retries=retries, batchSize=size)
    made = [message(f"i-{n}", key) for n, key in enumerate(lanes)]
    try:
        over = run(function, shared_endpoint, PATIENT[source], made)
    finally:
        function.close()
    assert sorted(over.accepted) == sorted(ids([*made]))
    if source != "sqs" and ordering != "none":
        order_is_kept(over)


@SOURCES
def test_function_that_dies_after_sending_doubles_none(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    def dying(invoke: Invoke) -> Invoke:
        numbers = count()

        def invoke_and_die(event: Event, seconds: float) -> Any:
            response = invoke(event, seconds)
            if next(numbers) < 2:
                raise TimeoutError("Task timed out after 5.00 seconds")
            return response

        return invoke_and_die

    over = run(make_function(), endpoint, SETTINGS[source], bodies(30), around=dying)
    assert sorted(over.accepted) == sorted(ids(bodies(30)))
    assert len(over.history.errors) == 2


@pytest.mark.parametrize("refusal", ["by the target", "by its data"])
def test_poison_record_of_the_hottest_key_comes_back(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, refusal: str
) -> None:
    size = 0 if refusal == "by the target" else 2000
    poison = message("poison", "hot", fill="x" * size)
    endpoint.fail(faults.refused(), message="poison")
    function = make_function(workers=4)
    over = run(function, endpoint, replace(SHARD, retries=2), hot_batch(poison))
    assert [over.returned(number) for number in range(3)] == [["poison"]] * 3
    before = ids(hot_batch(poison)[:45])
    assert set(before) <= set(over.accepted), "what stands before it is done in the first invocation"
    assert over.history.done == tuple(sequence_number(n) for n in range(45))
    assert over.given_up[0] == "poison"
    order_is_kept(over)


@pytest.mark.parametrize("refusal", ["by the target", "by its data"])
def test_stored_poison_record_holds_nothing_up(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, refusal: str
) -> None:
    size = 0 if refusal == "by the target" else 2000
    poison = message("poison", "hot", fill="x" * size)
    endpoint.fail(faults.refused(), message="poison")
    over = run(make_function(workers=4, rejected_queue=True), endpoint, SHARD, hot_batch(poison))
    assert len(over.history.invocations) == 1
    assert over.names(over.rejected) == ["poison"]
    assert len(over.accepted) == 90
    order_is_kept(over)


@pytest.mark.parametrize("workers", [1, 4])
def test_each_invocation_moves_the_checkpoint_on(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, workers: int
) -> None:
    """The hottest key fills the calls' urgent places; the record at the checkpoint still goes first."""
    function = make_function(workers=workers)

    def hurried(invoke: Invoke) -> Invoke:
        def invoke_in_a_hurry(event: Event, _: float) -> Any:
            ticks = count()
            report = function.handle(*event["Records"], remaining=lambda: 4 - next(ticks) * 0.1)
            return report.response.body

        return invoke_in_a_hurry

    made: list[Body] = [message(f"i-{n}", f"k-{n}" if n < 60 or n % 2 else "hot") for n in range(200)]
    shard = replace(SHARD, batch_size=200, retries=None)
    over = run(function, endpoint, shard, made, around=hurried)
    assert sorted(over.accepted) == sorted(ids(made))
    starts = [one.ids[0] for one in over.history.invocations]
    assert len(starts) > 2
    assert all(earlier < later for earlier, later in pairwise(starts)), "the checkpoint moves each time"
    order_is_kept(over)


@IN_ORDER
def test_message_failing_for_a_while_keeps_its_place(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str, ordering: str
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-4", times=4)
    over = run(make_function(retries=1, ordering=ordering), endpoint, SETTINGS[source], bodies(20))
    assert sorted(over.accepted) == sorted(ids(bodies(20)))
    assert len(over.history.invocations) == 3
    order_is_kept(over)


@pytest.mark.parametrize("ordering", ["key", "strict"])
def test_standard_queue_failure_holds_its_key_back(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, ordering: str
) -> None:
    endpoint.fail_entry("InternalFailureException", message="i-4", times=1)
    over = run(make_function(retries=0, ordering=ordering), endpoint, STANDARD, bodies(12))
    assert over.returned(0) == ["i-4", "i-7", "i-10"]
    assert sorted(over.accepted) == sorted(ids(bodies(12)))


@SOURCES
def test_a_400_of_another_kind_rejects_nothing(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    endpoint.fail(faults.bare_400(), times=2)
    over = run(make_function(workers=1, rejected_queue=True), endpoint, SETTINGS[source], bodies(30))
    assert sorted(over.accepted) == sorted(ids(bodies(30)))
    assert over.rejected == []
    assert [one.status for one in endpoint.calls[:3]] == [400, 400, 200]
    assert len(over.history.invocations) == 3


@SOURCES
def test_a_400_that_stays_ends_at_the_source(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    endpoint.fail(faults.bare_400())
    over = run(make_function(rejected_queue=True), endpoint, SETTINGS[source], bodies(6))
    assert sorted(over.given_up) == ids(bodies(6))
    assert (over.rejected, over.accepted) == ([], [])


@SOURCES
@pytest.mark.parametrize("rejected_queue", [True, False])
def test_split_record_with_oversize_element_sends_none(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str, rejected_queue: bool
) -> None:
    items = [{"n": 0}, {"n": 1, "fill": "x" * 2000}, {"n": 2}]
    good = {**message("good", "a"), "items": [{"n": 3}, {"n": 4}]}
    made: list[Body] = [good, {**message("bad", "b"), "items": items}, message("last", "a")]
    function = make_function(routes=[SPLIT, ROUTE], rejected_queue=rejected_queue)
    over = run(function, endpoint, SETTINGS[source], made)
    assert not any(id.startswith("bad") for call in endpoint.calls for id in map(str, call.ids))
    assert (over.names(over.rejected) if rejected_queue else over.given_up)[0] == "bad"
    assert {"good-0", "good-1"} <= set(over.accepted)
    assert ("last" in over.accepted) == (rejected_queue or source != "kinesis")


def of_lines(number: int, *lines: Body) -> Body:
    """Return a record of several lines, which all have its key."""
    key = f"k-{number % 3}"
    return {
        **message(f"r-{number}", key),
        "lines": [{**line, "key": key} if isinstance(line, dict) else line for line in lines],
    }


def line(number: int) -> dict[str, Any]:
    return message(f"i-{number}")


@SOURCES
@pytest.mark.parametrize("ordering", ["none", "key", "strict"])
def test_outage_loses_and_doubles_no_line(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str, ordering: str
) -> None:
    endpoint.plan([faults.unavailable(), faults.reset(stored=True), faults.unavailable(stored=True)] * 2)
    wanted = [of_lines(n, line(3 * n), line(3 * n + 1), line(3 * n + 2)) for n in range(12)]
    function = make_function(workers=2, retries=0, ordering=ordering, bodyFormat="json-lines")
    over = run(function, endpoint, PATIENT[source], wanted)
    assert sorted(over.accepted) == sorted(f"i-{n}" for n in range(36))
    assert len(over.history.invocations) > 1
    if source != "sqs" and ordering != "none":
        order_is_kept(over)


@SOURCES
def test_bad_line_is_stored_and_all_others_are_sent(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    """The record with the bad line is also one whose call fails for a while."""
    endpoint.fail_entry("InternalFailureException", message="i-3", times=3)
    wanted = [of_lines(0, line(0)), of_lines(1, line(1), "no JSON", line(3)), of_lines(1, line(4), line(5))]
    function = make_function(retries=0, rejected_queue=True, bodyFormat="json-lines")
    over = run(function, endpoint, PATIENT[source], wanted)
    assert sorted(over.accepted) == ["i-0", "i-1", "i-3", "i-4", "i-5"]
    assert over.names(over.rejected) == ["r-1"]
    if source != "sqs":
        order_is_kept(over)


def test_poison_message_ends_in_the_dead_letter_queue(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    over = run(make_function(), endpoint, STANDARD, ["no JSON", *bodies(5)])
    assert over.given_up == ["no JSON"]
    assert over.history.deliveries[over.history.dead[0]] == 4
    assert sorted(over.accepted) == ids(bodies(5))


def test_a_poison_message_locks_only_its_group(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InvalidRequestException", message="i-4")
    over = run(make_function(), endpoint, FIFO, bodies(12))
    assert over.returned(0) == ["i-4", "i-7", "i-10"]
    assert over.given_up == ["i-4", "i-7", "i-10"], "each was received as often as the redrive policy lets it"
    assert sorted(over.accepted) == sorted(set(ids(bodies(12))) - {"i-4", "i-7", "i-10"})
    order_is_kept(over)


def test_stored_poison_message_lets_its_group_go_on(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail_entry("InvalidRequestException", message="i-4")
    over = run(make_function(rejected_queue=True), endpoint, FIFO, bodies(12))
    assert over.names(over.rejected) == ["i-4"]
    assert len(over.accepted) == 11
    assert len(over.history.invocations) == 1
    order_is_kept(over)


@SOURCES
def test_rejected_record_is_stored_at_a_later_try(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: str
) -> None:
    function = make_function(rejected_queue=True)
    refusals = count()
    function.rejects.takes = lambda body: next(refusals) >= 2
    over = run(
        function,
        endpoint,
        SETTINGS[source],
        [*bodies(3), message("bad", "k-0", f="x" * 2000), *bodies(9)[3:]],
    )
    assert over.names(over.rejected) == ["bad"]
    assert sorted(over.accepted) == sorted(ids(bodies(9)))
    assert len(over.history.invocations) == 3
    if source != "sqs":
        order_is_kept(over)


def test_a_shard_gives_up_what_always_fails(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail(faults.unavailable(), message="i-2")
    function = make_function(retries=0, batchSize=1, workers=1)
    over = run(function, endpoint, replace(SHARD, batch_size=4), bodies(8, keys=8))
    assert over.given_up == ["i-2", "i-3"], "the rest of the batch goes with it"
    assert over.history.discarded[0].condition == "RetryAttemptsExhausted"
    assert over.accepted == ["i-0", "i-1", "i-4", "i-5", "i-6", "i-7"]


def test_invocations_of_one_process_share_nothing(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    """Unknown inputs, stops, cuts and known ids end with the invocation that met them."""
    function = make_function(workers=1, retries=0)
    endpoint.fail_entry("ResourceNotFoundException", message="i-0", times=1)
    first = run(function, endpoint, SHARD, bodies(5, keys=5))
    second = run(function, endpoint, STANDARD, bodies(5, keys=5))
    assert (len(first.history.invocations), len(second.history.invocations)) == (2, 1)
    assert sorted(second.accepted) == ids(bodies(5))
    assert sorted(map(str, endpoint.calls[-1].ids)) == ids(bodies(5)), "the function keeps no ids"


class Visibility:
    """SQS as far as ChangeMessageVisibilityBatch goes, for a poller's queue."""

    class meta:
        endpoint_url = "https://sqs.eu-west-1.amazonaws.com"

    poller: SqsPoller

    def __init__(self) -> None:
        self.delays: list[int] = []

    def change_message_visibility_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:
        assert QueueUrl == "https://sqs.eu-west-1.amazonaws.com/123456789012/q"
        failed = []
        for one in Entries:
            self.delays.append(one["VisibilityTimeout"])
            if not self.poller.change_visibility(one["ReceiptHandle"], one["VisibilityTimeout"]):
                failed.append({"Id": one["Id"], "Code": "ReceiptHandleIsInvalid", "Message": "old"})
        return {"Failed": failed}


def test_returned_messages_of_a_queue_wait_ever_longer(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    visibility = Visibility()
    function = make_function(delay=VisibilityBackoff(visibility).delay, visibilityBackoff=True)
    warnings: list[str] = []

    def invoke(event: Event, seconds: float) -> Any:
        report = function.handle(*event["Records"], remaining=lambda: seconds)
        warnings.extend(report.warnings)
        return report.response.body

    patient = replace(STANDARD, max_receives=8, visibility_timeout=30)
    poller = make_poller(patient, ["no JSON"] * 12, invoke)
    assert isinstance(poller, SqsPoller)
    visibility.poller = poller
    endpoint.clock = lambda: START
    history = poller.run(500)
    assert len(history.dead) == 12
    assert (len(visibility.delays), warnings) == (96, [])
    assert max(visibility.delays) > 60
    assert any(later.at - earlier.at not in (0, 30) for earlier, later in pairwise(history.invocations))


def test_other_sources_are_not_delayed(make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
    visibility = Visibility()
    function = make_function(delay=VisibilityBackoff(visibility).delay, visibilityBackoff=True)
    run(function, endpoint, FIFO, ["no JSON"])
    run(function, endpoint, SHARD, ["no JSON"])
    assert visibility.delays == []
