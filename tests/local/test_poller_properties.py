"""Whatever the function does, the pollers keep their promises."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.lambda_runtime.events import (
    Event,
    KinesisRecord,
    queue_arn,
    sequence_number,
    sqs_message,
    stream_arn,
)
from local.pollers import Invoke, KinesisPoller, KinesisSettings, SqsPoller, SqsSettings

DECISIONS = st.lists(st.sets(st.integers(0, 5)) | st.none(), max_size=30)
"""Per invocation: which positions of the batch fail (then none), or None: it raises."""


def scripted(decisions: list[set[int] | None]) -> Invoke:
    script = iter(decisions)

    def invoke(event: Event, _: float) -> Any:
        failed = next(script, set())
        if failed is None:
            raise ValueError("scripted")
        ids = [one.get("messageId") or one["kinesis"]["sequenceNumber"] for one in event["Records"]]
        return {"batchItemFailures": [{"itemIdentifier": one} for n, one in enumerate(ids) if n in failed]}

    return invoke


@given(DECISIONS, st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 10), st.booleans())
def test_sqs_accounts_for_every_message(
    decisions: list[set[int] | None], groups: list[str], size: int, fifo: bool
) -> None:
    messages = [
        sqs_message(str(n), "{}", 0, group=group if fifo else None, position=n)
        for n, group in enumerate(groups)
    ]
    settings = SqsSettings(queue_arn("q.fifo" if fifo else "q"), batch_size=size, max_receives=3)
    history = SqsPoller(messages, scripted(decisions), settings).run()
    assert Counter(history.done + history.dead) == Counter(one.id for one in messages)
    assert max(history.deliveries.values(), default=0) <= 3
    assert all(history.deliveries[one] == 3 for one in history.dead)
    assert [one.at for one in history.invocations] == sorted(one.at for one in history.invocations)


@given(DECISIONS, st.lists(st.sampled_from("abc"), max_size=12), st.integers(1, 10))
def test_fifo_never_passes_a_waiting_message(
    decisions: list[set[int] | None], groups: list[str], size: int
) -> None:
    """A message comes for the first time only after all before it in its group were delivered."""
    messages = [sqs_message(str(n), "{}", 0, group=group, position=n) for n, group in enumerate(groups)]
    history = SqsPoller(
        messages, scripted(decisions), SqsSettings(queue_arn("q.fifo"), batch_size=size)
    ).run()
    first = list(dict.fromkeys(history.order))
    for group in set(groups):
        wanted = [one.id for one in messages if one.group == group]
        assert [one for one in first if one in wanted] == wanted


@given(DECISIONS, st.integers(0, 12), st.integers(1, 6), st.booleans(), st.booleans())
def test_kinesis_accounts_for_every_record_in_order(
    decisions: list[set[int] | None], count: int, size: int, bisect: bool, resets: bool
) -> None:
    records = [KinesisRecord(sequence_number(n), "k", b"{}", n) for n in range(count)]
    settings = KinesisSettings(
        stream_arn("s"), batch_size=size, retries=2, bisect=bisect, progress_resets_attempts=resets
    )
    history = KinesisPoller([records], scripted(decisions), settings).run()
    given_up = tuple(one for discarded in history.discarded for one in discarded.ids)
    assert sorted(history.done + given_up) == [one.sequence for one in records]
    assert list(history.done) == sorted(history.done)
    first = list(dict.fromkeys(history.order))
    assert first == sorted(first)
