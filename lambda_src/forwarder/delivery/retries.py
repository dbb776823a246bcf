"""Tasks that wait to be sent again: exponential backoff with full jitter."""

import random
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from forwarder.delivery.tasks import Task

BASE = 0.05
CAP = 2.0
"""Seconds: the delay before the k-th retry is uniform in 0 … min(CAP, BASE · 2^(k-1))."""


class Retries:
    """Priority queue of tasks by the time of their retry (seconds of a monotonic clock)."""

    def __init__(self, base: float = BASE) -> None:
        self._base = base
        self._heap: list[tuple[float, int, Sequence[Task]]] = []

    def __bool__(self) -> bool:
        return bool(self._heap)

    def add(self, tasks: Sequence[Task], now: float) -> None:
        """Add tasks that failed together with one delay, so that a single call can take them again."""
        attempts = max(task.attempts for task in tasks)
        delay = random.uniform(0, min(CAP, self._base * 2 ** (attempts - 1)))
        heappush(self._heap, (now + delay, tasks[0].order, tasks))

    def due(self, now: float) -> Iterator[Task]:
        """Remove and yield the tasks whose retry time has come."""
        while self._heap and self._heap[0][0] <= now:
            yield from heappop(self._heap)[2]

    def patience(self, now: float) -> float:
        """Return the seconds until the next retry; infinite if no task waits."""
        return max(0.0, self._heap[0][0] - now) if self._heap else float("inf")
