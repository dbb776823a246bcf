"""The keys of the messages that were accepted lately."""

from collections import deque
from collections.abc import Iterable

from iotevents.messages import MessageKey


class SeenKeys:
    """When each key was accepted, in memory; keys are added in the order of their times.

    A search tree on disk would be changed at a random place for each message: that costs five times as much
    (measured with 300,000 keys). So the disk holds only a log of keys, and this is its index.
    """

    def __init__(self) -> None:
        self._accepted: dict[MessageKey, int] = {}
        self._order: deque[tuple[int, MessageKey]] = deque()

    def __len__(self) -> int:
        return len(self._accepted)

    def since(self, keys: Iterable[MessageKey], horizon: int) -> set[MessageKey]:
        """Those of the keys that were accepted later than `horizon`."""
        accepted = self._accepted
        return {key for key in keys if accepted.get(key, horizon) > horizon}

    def add(self, keys: Iterable[MessageKey], now: int) -> None:
        """Note that the keys were accepted at `now`."""
        for key in keys:
            self._accepted[key] = now
            self._order.append((now, key))

    def sweep(self, horizon: int, most: int) -> None:
        """Forget up to `most` keys that were accepted at `horizon` or before."""
        for _ in range(most):
            if not self._order or self._order[0][0] > horizon:
                return
            accepted, key = self._order.popleft()
            # A key that was accepted again after its window has a later time, and stays.
            if self._accepted[key] == accepted:
                del self._accepted[key]
