"""Group commit: the items of waiting calls are committed together, in one thread."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

DRAINING = 2
"""Rounds of the event loop before a commit: calls that have arrived by then are read, and take part."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Batch(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    done: "asyncio.Task[Sequence[Result]] | None" = None


class Writer(Generic[Item, Result]):
    """Single writer with group commit: calls that come during a commit form the next batch.

    `commit` gets the items of a batch in the order in which they came and returns a result for each. It runs
    in a thread of its own, one batch at a time, so that a slow disk does not stop the reading of further
    calls. An exception that it raises is raised by every call of the batch. A batch has up to `max_items`
    items, or those of a single call.
    """

    def __init__(
        self, commit: Callable[[Sequence[Item]], Sequence[Result]], *, max_items: int = 1000
    ) -> None:
        self._commit = commit
        self._max_items = max_items
        self._gathering: _Batch[Item, Result] | None = None
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "writer")

    async def submit(self, items: Sequence[Item]) -> Sequence[Result]:
        """Commit the items; return their results once they are durable."""
        batch = self._batch_for(len(items))
        first = len(batch.items)
        batch.items.extend(items)
        if batch.done is None:
            batch.done = asyncio.create_task(self._commit_in_turn(batch))
        # Shielded: a call that is given up must not take the others of its batch with it.
        results = await asyncio.shield(batch.done)
        return results[first : first + len(items)]

    def _batch_for(self, count: int) -> _Batch[Item, Result]:
        if self._gathering is None or len(self._gathering.items) + count > self._max_items:
            self._gathering = _Batch()
        return self._gathering

    async def _commit_in_turn(self, batch: _Batch[Item, Result]) -> Sequence[Result]:
        async with self._turn:
            for _ in range(DRAINING):
                await asyncio.sleep(0)
            self._gathering = None
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, batch.items)

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Run other work in the thread, between two commits."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Wait for the commit in progress, and end the thread."""
        self._thread.shutdown()
