"""Repeated messages, and that they are not remembered for ever."""

from iotevents.deduplication import HORIZON, SeenKey, SeenMessages, seen_key


def key(number: int) -> SeenKey:
    return seen_key("m", "k", "In", f"i-{number}")


def test_repetition_is_known_for_the_horizon() -> None:
    seen = SeenMessages()
    assert seen.is_new(key(1), 0)
    assert not seen.is_new(key(1), HORIZON - 1)
    assert seen.is_new(key(1), HORIZON)
    assert not seen.is_new(key(1), 2 * HORIZON - 1)


def test_horizon_counts_from_the_first_acceptance() -> None:
    seen = SeenMessages()
    for now in range(0, 3 * HORIZON, HORIZON // 4):
        assert seen.is_new(key(1), now) == (now % HORIZON == 0)


def test_memory_ends() -> None:
    seen = SeenMessages()
    for number in range(10_000):
        seen.is_new(key(number), number * HORIZON // 100)
    assert len(seen) <= 201
