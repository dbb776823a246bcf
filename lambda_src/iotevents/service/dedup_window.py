"""How long message ids are remembered while messages tell the time.

A message that is sent again comes within seconds of this machine's clock, but the messages of a recording may
have moved their own clock by hours meanwhile. So an id is remembered for the window by either clock.
"""

from collections import deque
from typing import Final

from iotevents.deduplication import DEDUP_WINDOW_MS

STEP: Final = 1000
"""Milliseconds of the wall clock from one note to the next."""


class DedupWindow:
    """Notes how the clock of the messages moved in the last HORIZON by the wall clock."""

    def __init__(self) -> None:
        # Nobody knows how it moved before the start: all that a store still has is taken for recent.
        self._before = 0
        self._notes: deque[tuple[int, int]] = deque()

    def window_end(self, clock: int, wall: int, now: int) -> int:
        """The time by the messages at which the window of duplicates ends that begins early enough.

        `clock` is where the messages' clock stood before this commit at `now`, `wall` this machine's clock.
        """
        if not self._notes or wall - self._notes[-1][0] >= STEP:
            self._notes.append((wall, clock))
        while self._notes and self._notes[0][0] <= wall - DEDUP_WINDOW_MS:
            self._before = self._notes.popleft()[1]
        return min(now, self._before - 1 + DEDUP_WINDOW_MS)
