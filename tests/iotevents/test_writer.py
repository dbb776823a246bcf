"""Group commit: what waits is committed together."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from threading import Event
from typing import Any

import pytest
from iotevents.server.writer import Writer

Put = Callable[[Sequence[str]], Sequence[str]]


class Slow:
    """A commit that waits until it may go on, and keeps what it got."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun = Event()
        self.go = Event()

    def __call__(self, items: Sequence[str]) -> Sequence[str]:
        self.batches.append(list(items))
        self.begun.set()
        assert self.go.wait(5)
        if "bad" in items:
            raise ValueError("bad")
        return [one.upper() for one in items]


def run(test: Callable[[Writer[str, str], Slow], Coroutine[Any, Any, None]], most: int = 1000) -> Slow:
    slow = Slow()
    writer = Writer(slow, max_items=most)
    asyncio.run(test(writer, slow))
    writer.close()
    return slow


async def first_under_way(writer: Writer[str, str], slow: Slow) -> "asyncio.Task[Sequence[str]]":
    first = asyncio.create_task(writer.submit(["first"]))
    await asyncio.to_thread(slow.begun.wait, 5)
    return first


def test_writer_commits_together_what_waits() -> None:
    async def test(writer: Writer[str, str], slow: Slow) -> None:
        first = await first_under_way(writer, slow)
        others = [asyncio.create_task(writer.submit([f"a{n}", f"b{n}"])) for n in range(3)]
        await asyncio.sleep(0)
        slow.go.set()
        assert await first == ["FIRST"]
        assert [await one for one in others] == [[f"A{n}", f"B{n}"] for n in range(3)]

    assert run(test).batches == [["first"], ["a0", "b0", "a1", "b1", "a2", "b2"]]


def test_writer_takes_along_what_arrives_at_once() -> None:
    async def test(writer: Writer[str, str], slow: Slow) -> None:
        slow.go.set()
        first = asyncio.create_task(writer.submit(["first"]))
        await asyncio.sleep(0)  # the call is read
        second = asyncio.create_task(writer.submit(["second"]))
        assert [await first, await second] == [["FIRST"], ["SECOND"]]

    assert run(test).batches == [["first", "second"]]


def test_writer_raises_in_every_call_of_the_batch() -> None:
    async def test(writer: Writer[str, str], slow: Slow) -> None:
        first = await first_under_way(writer, slow)
        others = [asyncio.create_task(writer.submit([text])) for text in ("good", "bad")]
        await asyncio.sleep(0)
        slow.go.set()
        assert await first == ["FIRST"]
        for one in others:
            with pytest.raises(ValueError, match="bad"):
                await one
        assert await writer.submit(["next"]) == ["NEXT"]

    assert run(test).batches == [["first"], ["good", "bad"], ["next"]]


def test_writer_bounds_a_batch_and_keeps_order() -> None:
    async def test(writer: Writer[str, str], slow: Slow) -> None:
        first = await first_under_way(writer, slow)
        others = [asyncio.create_task(writer.submit([f"a{n}", f"b{n}"])) for n in range(3)]
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(first, *others)

    assert run(test, most=5).batches == [["first"], ["a0", "b0", "a1", "b1"], ["a2", "b2"]]


def test_writer_goes_on_when_a_call_is_given_up() -> None:
    async def test(writer: Writer[str, str], slow: Slow) -> None:
        first = await first_under_way(writer, slow)
        left, stays = (asyncio.create_task(writer.submit([text])) for text in ("left", "stays"))
        await asyncio.sleep(0)
        left.cancel()
        slow.go.set()
        assert await first == ["FIRST"]
        assert await stays == ["STAYS"]

    assert run(test).batches == [["first"], ["left", "stays"]]
