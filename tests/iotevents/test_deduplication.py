"""Repeated messages, and that they are not remembered for ever."""

from iotevents.deduplication import DEDUP_WINDOW_MS, DedupKey, RecentIds, dedup_key


def key(number: int) -> DedupKey:
    return dedup_key("m", "k", "In", f"i-{number}")


def test_repetition_is_known_for_the_horizon() -> None:
    seen = RecentIds()
    assert seen.is_new(key(1), 0)
    assert not seen.is_new(key(1), DEDUP_WINDOW_MS - 1)
    assert seen.is_new(key(1), DEDUP_WINDOW_MS)
    assert not seen.is_new(key(1), 2 * DEDUP_WINDOW_MS - 1)


def test_horizon_counts_from_the_first_acceptance() -> None:
    seen = RecentIds()
    for now in range(0, 3 * DEDUP_WINDOW_MS, DEDUP_WINDOW_MS // 4):
        assert seen.is_new(key(1), now) == (now % DEDUP_WINDOW_MS == 0)


def test_memory_ends() -> None:
    seen = RecentIds()
    for number in range(10_000):
        seen.is_new(key(number), number * DEDUP_WINDOW_MS // 100)
    assert len(seen) <= 201
