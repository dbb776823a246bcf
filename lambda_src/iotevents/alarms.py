"""When detectors have to be looked at because of their timers."""

from heapq import heappop, heappush

from iotevents.detector import Detector, DetectorId, wake_of


class Alarms:
    """The times at which timers are due, in memory."""

    def __init__(self) -> None:
        self._wakes: dict[DetectorId, int] = {}
        self._heap: list[tuple[int, str, str]] = []

    def schedule(self, found: DetectorId, detector: Detector) -> None:
        """Have the detector looked at when its first timer is due; an earlier look is put off then."""
        wake = wake_of(detector)
        planned = self._wakes.get(found)
        if wake is not None and (planned is None or wake < planned):
            self._wakes[found] = wake
            heappush(self._heap, (wake, found.model, found.key or ""))

    def has_due(self, until: int) -> bool:
        """Whether `take` may have something to give."""
        return bool(self._heap) and self._heap[0][0] <= until

    def take(self, until: int) -> tuple[DetectorId, int] | None:
        """The detector that is to be looked at first, at or before a time, and when; None if there is none.

        At one time in the order of model names and keys.
        """
        while self._heap and self._heap[0][0] <= until:
            due, name, key = heappop(self._heap)
            found = DetectorId(name, key or None)
            if self._wakes.get(found) == due:
                del self._wakes[found]
                return found, due
        return None
