"""The scheduler by its own methods: how few calls it takes, what never goes together, what is held."""

from collections.abc import Iterator, Sequence

import pytest
from forwarder.delivery.scheduler import Scheduler
from forwarder.delivery.tasks import Task
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.forwarder.tasks import make_task

NUMBERS = st.lists(st.integers(0, 12), max_size=40)
"""For each task of an event the number of its lane."""
SIZES = st.integers(1, 12)
EVENTS = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40)
"""For each task its lane, and whether it is a barrier."""
STEPS = st.lists(st.tuples(st.sampled_from(["take", "finish", "back", "hold"]), st.integers(0, 9)))


def lanes(numbers: Sequence[int], barriers: Sequence[int] = ()) -> list[list[Task]]:
    """One task for each number, in the lane of that number; those at some places are barriers."""
    made: dict[int, list[Task]] = {}
    for order, lane in enumerate(numbers):
        made.setdefault(lane, []).append(make_task(order, barrier=order in barriers))
    return list(made.values())


def event_lanes(event: Sequence[tuple[int, bool]]) -> list[list[Task]]:
    return lanes([lane for lane, _ in event], [order for order, (_, barrier) in enumerate(event) if barrier])


def calls(scheduler: Scheduler, size: int) -> Iterator[list[int]]:
    """All that one worker is given, by place in the event; each is finished before the next is taken."""
    while taken := scheduler.take(size, size):
        yield orders(taken)
        for one in taken:
            scheduler.finish(one)


def full_calls(scheduler: Scheduler, size: int) -> Iterator[list[Task]]:
    """Yield the calls of one worker for which every barrier opens at once, each finished before the next."""
    while True:
        call: list[Task] = []
        while taken := scheduler.take(size - len(call), size):
            for one in taken:
                if one.message is None:
                    scheduler.finish(one)
                else:
                    call.append(one)
        if not call:
            return
        yield call
        for one in call:
            scheduler.finish(one)


def orders(tasks: Sequence[Task]) -> list[int]:
    return [one.order for one in tasks]


@given(NUMBERS, SIZES)
@settings(max_examples=300, deadline=None)
def test_one_worker_needs_the_fewest_possible_calls(numbers: list[int], size: int) -> None:
    made = list(calls(Scheduler(lanes(numbers)), size))
    assert sorted(order for call in made for order in call) == list(range(len(numbers)))
    assert len(made) == max(-(-len(numbers) // size), max(map(numbers.count, numbers), default=0))
    assert max(map(len, made), default=0) <= size


@given(EVENTS, SIZES)
@settings(max_examples=300, deadline=None)
def test_barriers_that_open_cost_no_call(event: list[tuple[int, bool]], size: int) -> None:
    sent = [lane for lane, barrier in event if not barrier]
    made = list(full_calls(Scheduler(event_lanes(event)), size))
    assert sum(map(len, made)) == len(sent)
    assert len(made) == max(-(-len(sent) // size), max(map(sent.count, sent), default=0))


@pytest.mark.parametrize("lengths", [[100] + [1] * 900, [10] * 10, [90, 90, 90, 9]])
def test_the_hottest_key_never_waits_for_others(lengths: list[int]) -> None:
    numbers = [lane for lane, length in reversed(list(enumerate(lengths))) for _ in range(length)]
    made = list(calls(Scheduler(lanes(numbers)), 10))
    assert len(made) == max(-(-sum(lengths) // 10), *lengths)


def test_a_call_is_filled_with_the_oldest_messages() -> None:
    assert list(calls(Scheduler(lanes([0, 1, 2, 3, 4, 5])), 4)) == [[0, 1, 2, 3], [4, 5]]
    assert next(calls(Scheduler(lanes([0, 1, 2, 3, 3])), 3)) == [3, 0, 1], (
        "first the lane without a call to spare"
    )


@given(EVENTS, STEPS, SIZES, st.integers(1, 4))
@settings(max_examples=500, deadline=None)
def test_lane_gives_out_its_tasks_in_order_one_by_one(
    event: list[tuple[int, bool]], steps: list[tuple[str, int]], size: int, workers: int
) -> None:
    scheduler = Scheduler(event_lanes(event))
    out: list[Task] = []
    finished: dict[int, list[int]] = {}
    for step, number in steps:
        if step == "take":
            taken = scheduler.take(size, size * workers)
            assert len(taken) == 1 or all(one.message for one in taken), "a barrier stands alone"
            assert len(taken) <= size
            out += taken
        elif out:
            one = out.pop(number % len(out))
            if step == "back":
                scheduler.give_back(one)
                continue
            finished.setdefault(one.lane, []).append(one.order)
            if step == "finish":
                scheduler.finish(one)
            else:
                finished[one.lane] += orders(scheduler.hold(one))
        assert len({one.lane for one in out}) == len(out)
    for lane, seen in finished.items():
        assert seen == sorted(seen), "in the order of the event, none twice"
        assert not {one.order for one in out if one.lane == lane} & set(seen)
    while rest := [*out, *scheduler.take(size, size * workers)]:
        out.clear()
        for one in rest:
            scheduler.finish(one)
            finished.setdefault(one.lane, []).append(one.order)
    assert sorted(order for seen in finished.values() for order in seen) == list(range(len(event)))


@given(EVENTS, SIZES, st.integers(1, 4), st.data())
@settings(max_examples=200, deadline=None)
def test_strict_keeps_the_order_of_the_event(
    event: list[tuple[int, bool]], size: int, workers: int, data: st.DataObject
) -> None:
    scheduler = Scheduler(event_lanes(event), strict=True)
    seen: list[int] = []
    while taken := scheduler.take(size, size * workers):
        (one,) = taken
        assert scheduler.take(size, size * workers) == []
        if data.draw(st.booleans()):
            scheduler.give_back(one)
        else:
            seen.append(one.order)
            scheduler.finish(one)
    assert seen == list(range(len(event)))


def test_a_lane_that_is_held_gives_nothing_any_more() -> None:
    scheduler = Scheduler(lanes([0, 1, 0, 1, 0]))
    first, _ = scheduler.take(2, 2)
    assert orders(scheduler.hold(first)) == [2, 4]
    assert scheduler.take(2, 2) == [], "the other lane's head is out"
    assert list(calls(scheduler, 2)) == []


def test_other_lanes_go_on_when_one_is_held() -> None:
    scheduler = Scheduler(lanes([0, 1, 0, 1, 0]))
    first, second = scheduler.take(2, 2)
    scheduler.hold(first)
    scheduler.finish(second)
    assert list(calls(scheduler, 2)) == [[3]]


@given(NUMBERS, SIZES, st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_nothing_behind_a_cut_is_given_out(numbers: list[int], size: int, position: int) -> None:
    scheduler = Scheduler(lanes(numbers))
    scheduler.cut(position)
    scheduler.cut(position + 5)
    assert sorted(order for call in calls(scheduler, size) for order in call) == list(
        range(min(position + 1, len(numbers)))
    )


def test_a_cut_spares_what_stands_before_it_and_at_it() -> None:
    scheduler = Scheduler(
        [[make_task(0, position=0)], [make_task(1, position=1)], [make_task(2, position=1)]]
    )
    scheduler.cut(1)
    assert list(calls(scheduler, 1)) == [[0], [1], [2]]


def test_what_is_given_back_behind_a_cut_stays() -> None:
    scheduler = Scheduler(lanes([0, 1]))
    _, second = scheduler.take(2, 2)
    scheduler.cut(0)
    assert scheduler.behind(second)
    scheduler.give_back(second)
    assert scheduler.take(2, 2) == []
