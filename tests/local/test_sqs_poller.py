from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from local.lambda_runtime.events import Event, SqsMessage, queue_arn, sqs_message
from local.pollers import History, SqsPoller, SqsSettings

STANDARD = SqsSettings(queue_arn("q"))
FIFO = SqsSettings(queue_arn("q.fifo"))


def messages(*bodies: str, fifo: bool = False) -> list[SqsMessage]:
    """One message per body; the group is the body's first letter."""
    return [
        sqs_message(f"{n}/{body}", body, 0, group=body[0] if fifo else None, position=n)
        for n, body in enumerate(bodies)
    ]


def failing(times: dict[str, int]) -> Callable[[Event, float], Any]:
    """Return a function that returns a body as many times as `times` says, and then takes it."""
    seen: Counter[str] = Counter()

    def invoke(event: Event, _: float) -> Any:
        seen.update(bodies(event))
        bad = [one for one in event["Records"] if seen[one["body"]] <= times.get(one["body"], 0)]
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in bad]}

    return invoke


def bodies(event: Event) -> list[str]:
    return [one["body"] for one in event["Records"]]


def batches(history: History) -> list[list[str]]:
    return [bodies(one.event) for one in history.invocations]


def test_queue_is_emptied_in_batches() -> None:
    history = SqsPoller(messages(*"abcdefghijkl"), failing({}), STANDARD).run()
    assert batches(history) == [list("abcdefghij"), list("kl")]
    assert len(history.done) == 12
    assert not history.dead
    assert not history.pending


def test_message_returns_after_visibility_timeout() -> None:
    history = SqsPoller(messages("a", "b"), failing({"b": 1}), STANDARD).run()
    assert batches(history) == [["a", "b"], ["b"]]
    assert [one.at for one in history.invocations] == [0, 180]
    (again,) = history.invocations[1].event["Records"]
    assert again["attributes"]["ApproximateReceiveCount"] == "2"
    assert history.invocations[0].done == [history.invocations[0].ids[0]]


def test_message_goes_to_the_dead_letter_queue() -> None:
    history = SqsPoller(messages("a", "b"), failing({"a": 99}), STANDARD).run()
    (dead,) = history.dead
    assert history.deliveries[dead] == 5
    assert len(history.done) == 1


def test_message_without_redrive_stays() -> None:
    settings = SqsSettings(queue_arn("q"), max_receives=None)
    history = SqsPoller(messages("a"), failing({"a": 99}), settings).run(max_invocations=20)
    assert len(history.pending) == 1
    assert len(history.invocations) == 20


def test_exception_fails_the_whole_batch() -> None:
    def invoke(event: Event, _: float) -> Any:
        if len(event["Records"]) > 1:
            raise ValueError("too many")

    settings = SqsSettings(queue_arn("q"), max_receives=2)
    history = SqsPoller(messages("a", "b"), invoke, settings).run()
    assert len(history.dead) == 2
    assert history.errors == ["ValueError: too many"] * 2


def test_misspelled_response_loses_messages() -> None:
    history = SqsPoller(messages("a"), lambda event, _: {"batchItemFailure": ["x"]}, STANDARD).run()
    assert len(history.done) == len(history.invocations) == 1


def test_function_is_told_its_time() -> None:
    told: list[float] = []
    SqsPoller(messages("a"), lambda _, remaining: told.append(remaining), STANDARD).run()
    assert told == [30]


def test_seed_shuffles_and_repeats() -> None:
    def order(seed: int | None) -> list[str]:
        settings = SqsSettings(queue_arn("q"), batch_size=3, seed=seed)
        return SqsPoller(messages(*"abcdefghij"), failing({}), settings).run().order

    assert order(1) == order(1)
    assert order(1) != order(None)
    assert sorted(order(1)) == sorted(order(None))


def test_visibility_is_changed_by_the_function() -> None:
    poller = SqsPoller(messages("a"), lambda event, _: invoke(event), STANDARD)

    def invoke(event: Event) -> Any:
        (record,) = event["Records"]
        if record["attributes"]["ApproximateReceiveCount"] == "1":
            assert poller.change_visibility(record["receiptHandle"], 20)
            return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}
        return None

    assert [one.at for one in poller.run().invocations] == [0, 20]


def test_visibility_of_old_receive_is_fixed() -> None:
    poller = SqsPoller(messages("a"), failing({"a": 1}), STANDARD)
    history = poller.run()
    handle = history.invocations[0].event["Records"][0]["receiptHandle"]
    assert not poller.change_visibility(handle, 5)


def test_fifo_group_is_locked_while_a_message_waits() -> None:
    queue = messages("a1", "a2", "b1", "a3", "b2", fifo=True)
    settings = SqsSettings(queue_arn("q.fifo"), batch_size=2)
    history = SqsPoller(queue, failing({"a1": 1, "a2": 1}), settings).run()
    assert batches(history) == [["a1", "a2"], ["b1", "b2"], ["a1", "a2"], ["a3"]]


def test_fifo_keeps_order_within_its_groups() -> None:
    queue = messages(*(f"{group}{n}" for n in range(8) for group in "abc"), fifo=True)
    history = SqsPoller(queue, failing({}), FIFO).run()
    assert history.done == tuple(message.id for message in queue)


def test_fifo_group_goes_on_after_dead_letter() -> None:
    def invoke(event: Event, _: float) -> Any:
        bad = [one["messageId"] for one in event["Records"] if "a1" in bodies(event)]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}

    settings = SqsSettings(queue_arn("q.fifo"), batch_size=1)
    history = SqsPoller(messages("a1", "a2", fifo=True), invoke, settings).run()
    assert batches(history) == [["a1"]] * 5 + [["a2"]]
    assert len(history.dead) == len(history.done) == 1


@pytest.mark.parametrize("settings", [STANDARD, FIFO])
def test_empty_queue_invokes_nothing(settings: SqsSettings) -> None:
    assert SqsPoller([], failing({}), settings).run().invocations == ()
