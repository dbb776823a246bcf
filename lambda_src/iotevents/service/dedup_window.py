"""The window of duplicates where messages tell the time.

A message that is sent again comes within seconds of this machine's clock, but the messages of a recording may
have moved their own clock by hours meanwhile. So an id is remembered for the window by either clock.
"""

from collections import deque
from typing import Final

from iotevents.deduplication import DEDUP_WINDOW_MS

SAMPLE_INTERVAL: Final = 1000
"""Milliseconds of the wall clock between samples."""


class DedupWindow:
    """Samples of the message clock over the last DEDUP_WINDOW_MS of the wall clock."""

    def __init__(self) -> None:
        # How it moved before the start is unknown: all that a store still has counts as recent.
        self._before = 0
        self._samples: deque[tuple[int, int]] = deque()

    def window_end(self, clock: int, wall: int, now: int) -> int:
        """Return the message time at which the window ends that covers DEDUP_WINDOW_MS by both clocks.

        `clock` is the message clock before this commit at `now`, `wall` this machine's clock; all of them
        are epoch milliseconds.
        """
        if not self._samples or wall - self._samples[-1][0] >= SAMPLE_INTERVAL:
            self._samples.append((wall, clock))
        while self._samples and self._samples[0][0] <= wall - DEDUP_WINDOW_MS:
            self._before = self._samples.popleft()[1]
        return min(now, self._before - 1 + DEDUP_WINDOW_MS)
