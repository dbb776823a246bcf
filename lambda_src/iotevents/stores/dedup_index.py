"""The keys of recently accepted messages."""

from collections import deque
from collections.abc import Iterable, Sequence
from math import inf


class DedupIndex:
    """In-memory index of keys by the times of their acceptance; keys are added in the order of these.

    A search tree on disk would be changed at a random place for each message: that costs five times as much
    (measured with 300,000 keys). So the disk holds only a log of keys, and this is its index. Keys are plain
    strings here: there can be millions, and the garbage collector does not visit strings.
    """

    def __init__(self) -> None:
        self._accepted: dict[str, int] = {}
        self._groups: deque[tuple[int, Sequence[str]]] = deque()

    def __len__(self) -> int:
        return len(self._accepted)

    @property
    def oldest(self) -> float:
        """Time of the oldest group of keys, which may be empty; infinite if there is none."""
        return self._groups[0][0] if self._groups else inf

    def since(self, keys: Iterable[str], horizon: int) -> frozenset[str]:
        """Return those of the keys that were accepted later than `horizon`."""
        accepted = self._accepted
        return frozenset([key for key in keys if key in accepted and accepted[key] > horizon])

    def add(self, keys: Sequence[str], now: int) -> None:
        """Note that the keys were accepted together, at `now`."""
        self._accepted.update(dict.fromkeys(keys, now))
        self._groups.append((now, keys))

    def sweep(self, horizon: int, groups: int = 2) -> None:
        """Remove up to `groups` groups of keys that were accepted at `horizon` or before.

        Two for each that is added: the removal keeps up, in small steps.
        """
        for _ in range(groups):
            if not self._groups or self._groups[0][0] > horizon:
                return
            self._forget(*self._groups.popleft())

    def _forget(self, accepted: int, texts: Iterable[str]) -> None:
        for text in texts:
            # A key that was accepted again after its window has a later time, and stays.
            if self._accepted.get(text) == accepted:
                del self._accepted[text]
