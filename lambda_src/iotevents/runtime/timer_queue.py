"""When which detector is to be looked at because a timer of it may be due."""

from heapq import heappop, heappush

from iotevents.engine.detector import Detector, DetectorId, next_deadline


class TimerQueue:
    """The next look at each detector, never later than its first deadline.

    A timer that each message starts again moves its deadline each time. The plan stays then: the look comes
    too early once, and is planned anew. So a message costs no change of the heap.
    """

    def __init__(self) -> None:
        self._planned: dict[DetectorId, int] = {}
        self._heap: list[tuple[int, str, str]] = []

    def plan(self, found: DetectorId, detector: Detector) -> None:
        """Have a detector looked at when its first timer is due, if it is not earlier anyway."""
        wake = next_deadline(detector)
        if wake is None:
            return
        planned = self._planned.get(found)
        if planned is None or wake < planned:
            self._planned[found] = wake
            heappush(self._heap, (wake, found.model, found.key or ""))

    def has_due(self, until: int) -> bool:
        """Whether there may be a look at or before a time."""
        return bool(self._heap) and self._heap[0][0] <= until

    def pop(self, until: int) -> tuple[int, DetectorId] | None:
        """The first look at or before a time, which is no longer planned then: by time, model name and
        key."""
        while self.has_due(until):
            wake, name, key = heappop(self._heap)
            found = DetectorId(name, key or None)
            if self._planned.get(found) == wake:
                del self._planned[found]
                return wake, found
        return None


class NoWakes(TimerQueue):
    """Plans nothing: for those who let no timers fire."""

    def plan(self, found: DetectorId, detector: Detector) -> None:
        """Forget it."""
