"""Threads that wait for the network, kept from invocation to invocation."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class Pool:
    """Fixed number of threads; those that hang can be abandoned."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, "forwarder")

    def submit(self, work: Callable[[Argument], Result], argument: Argument) -> Future[Result]:
        """Run `work(argument)` in a thread and return its future."""
        return self._executor.submit(work, argument)

    def abandon(self) -> None:
        """Leave the running threads to themselves and start with new ones."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = ThreadPoolExecutor(self._threads, "forwarder")

    def close(self) -> None:
        """Wait for the running threads and end them."""
        self._executor.shutdown()
