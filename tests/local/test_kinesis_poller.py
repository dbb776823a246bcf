from collections import Counter
from collections.abc import Callable
from typing import Any

from local.lambda_runtime.events import Event, KinesisRecord, sequence_number, stream_arn
from local.pollers import History, KinesisPoller, KinesisSettings

ARN = stream_arn("s")


def shard(count: int, index: int = 0) -> list[KinesisRecord]:
    return [KinesisRecord(sequence_number(n, index), "k", b"{}", 1000 * n) for n in range(count)]


def positions(event: Event) -> list[int]:
    return [int(one["kinesis"]["sequenceNumber"][-6:]) for one in event["Records"]]


def batches(history: History) -> list[list[int]]:
    return [positions(one.event) for one in history.invocations]


def returning(times: dict[int, int]) -> Callable[[Event, float], Any]:
    """Return a function that returns the record at a position `times` times, and then takes it."""
    seen: Counter[int] = Counter()

    def invoke(event: Event, _: float) -> Any:
        seen.update(positions(event))
        bad = [n for n in positions(event) if seen[n] <= times.get(n, 0)]
        return {"batchItemFailures": [{"itemIdentifier": sequence_number(n)} for n in bad]}

    return invoke


def raising_on(bad: int) -> Callable[[Event, float], None]:
    def invoke(event: Event, _: float) -> None:
        if bad in positions(event):
            raise ValueError("poison")

    return invoke


def test_shard_is_read_in_order() -> None:
    history = KinesisPoller([shard(5)], returning({}), KinesisSettings(ARN, batch_size=2)).run()
    assert batches(history) == [[0, 1], [2, 3], [4]]
    assert history.done == tuple(one.sequence for one in shard(5))


def test_checkpoint_is_the_lowest_returned() -> None:
    history = KinesisPoller([shard(7)], returning({2: 1, 4: 1}), KinesisSettings(ARN, batch_size=5)).run()
    assert batches(history) == [[0, 1, 2, 3, 4], [2, 3, 4], [5, 6]]
    assert history.deliveries[sequence_number(3)] == 2
    assert history.done == tuple(one.sequence for one in shard(7))


def test_function_error_repeats_the_batch() -> None:
    settings = KinesisSettings(ARN, bisect=False, retries=2)
    history = KinesisPoller([shard(3)], raising_on(1), settings).run()
    assert batches(history) == [[0, 1, 2]] * 3
    (discarded,) = history.discarded
    assert discarded.condition == "RetryAttemptsExhausted"
    assert len(discarded.ids) == 3


def test_bisect_saves_the_good_records() -> None:
    history = KinesisPoller([shard(4)], raising_on(2), KinesisSettings(ARN, retries=1)).run()
    assert batches(history) == [[0, 1, 2, 3], [0, 1], [2, 3], [2], [2], [3]]
    assert [one.ids for one in history.discarded] == [(sequence_number(2),)]
    assert history.done == tuple(sequence_number(n) for n in (0, 1, 3))


def test_partial_failure_uses_up_attempts() -> None:
    history = KinesisPoller(
        [shard(4)], returning({1: 99}), KinesisSettings(ARN, batch_size=3, retries=2)
    ).run()
    assert batches(history) == [[0, 1, 2], [1, 2], [1, 2], [3]]
    assert [one.ids for one in history.discarded] == [(sequence_number(1), sequence_number(2))]


def test_progress_resets_attempts_if_told() -> None:
    def one_each(event: Event, _: float) -> Any:
        later = positions(event)[1:2]
        return {"batchItemFailures": [{"itemIdentifier": sequence_number(n)} for n in later]}

    def discarded(resets: bool) -> int:
        settings = KinesisSettings(ARN, retries=1, progress_resets_attempts=resets)
        return sum(len(one.ids) for one in KinesisPoller([shard(5)], one_each, settings).run().discarded)

    assert discarded(resets=True) == 0
    assert discarded(resets=False) == 3


def test_unknown_sequence_number_fails_the_batch() -> None:
    settings = KinesisSettings(ARN, bisect=False, retries=0)
    history = KinesisPoller(
        [shard(2)], lambda *_: {"batchItemFailures": [{"itemIdentifier": "1"}]}, settings
    ).run()
    assert history.done == ()
    assert history.errors == ["itemIdentifier '1' is not of this batch"]


def test_old_records_are_given_up() -> None:
    settings = KinesisSettings(ARN, retries=None, max_age=10, retry_delay=4, duration=1)
    history = KinesisPoller(
        [shard(2)], lambda *_: {"batchItemFailures": [{"itemIdentifier": None}]}, settings
    ).run()
    assert [(one.ids, one.condition) for one in history.discarded] == [
        ((sequence_number(0),), "RecordAgeExceeded"),
        ((sequence_number(1),), "RecordAgeExceeded"),
    ]
    assert not history.pending


def test_shards_do_not_wait_for_each_other() -> None:
    history = KinesisPoller(
        [shard(2), shard(2, 1)], returning({0: 1}), KinesisSettings(ARN, batch_size=1)
    ).run()
    assert [one.shard for one in history.invocations] == [0, 1, 1, 0, 0]


def test_bound_leaves_the_rest_pending() -> None:
    settings = KinesisSettings(ARN, batch_size=2, retries=None, bisect=False)
    history = KinesisPoller([shard(3)], raising_on(0), settings).run(max_invocations=4)
    assert history.pending == tuple(one.sequence for one in shard(3))
