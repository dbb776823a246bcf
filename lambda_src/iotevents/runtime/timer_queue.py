"""The order in which timers are due, across detectors."""

from heapq import heappop, heappush

from iotevents.engine.detector import Detector, DetectorId, next_deadline


class TimerQueue:
    """Priority queue of detectors by their next timer deadline.

    An entry is never later than the deadline of its detector, but may be earlier: a timer that each message
    starts again moves its deadline each time, and the entry stays. Once it is popped the detector is put
    back with the current deadline. So a message costs no change of the heap.
    """

    def __init__(self) -> None:
        self._scheduled: dict[DetectorId, int] = {}
        self._heap: list[tuple[int, str, str]] = []

    def schedule(self, detector_id: DetectorId, detector: Detector) -> None:
        """Queue a detector by its next deadline, unless it is queued for an earlier time."""
        deadline = next_deadline(detector)
        if deadline is None:
            return
        scheduled = self._scheduled.get(detector_id)
        if scheduled is None or deadline < scheduled:
            self._scheduled[detector_id] = deadline
            heappush(self._heap, (deadline, detector_id.model, detector_id.key or ""))

    def has_due(self, until: int) -> bool:
        """Return whether a deadline at or before `until` may be queued."""
        return bool(self._heap) and self._heap[0][0] <= until

    def pop(self, until: int) -> tuple[int, DetectorId] | None:
        """Remove and return the first deadline at or before `until` with its detector; None if there is none.

        At one deadline detectors come in the order of model names and keys.
        """
        while self.has_due(until):
            deadline, name, key = heappop(self._heap)
            detector_id = DetectorId(name, key or None)
            if self._scheduled.get(detector_id) == deadline:
                del self._scheduled[detector_id]
                return deadline, detector_id
        return None
