"""The recently used detectors, in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from iotevents.engine.detector import DetectorId
from iotevents.stores.records import StoredDetector


class Cache:
    """LRU cache of up to `capacity` detectors."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[DetectorId, StoredDetector] = OrderedDict()
        self.peek = self._kept.get
        """Returns a detector or None; does not count as a use."""

    def find(
        self, detector_ids: Iterable[DetectorId]
    ) -> tuple[dict[DetectorId, StoredDetector], list[DetectorId]]:
        """Return the detectors that are cached, which counts as their use, and the ids of the others."""
        hits: dict[DetectorId, StoredDetector] = {}
        misses: list[DetectorId] = []
        get, use = self._kept.get, self._kept.move_to_end
        for detector_id in detector_ids:
            kept = get(detector_id)
            if kept is None:
                misses.append(detector_id)
            else:
                use(detector_id)
                hits[detector_id] = kept
        return hits, misses

    def put(self, detectors: Mapping[DetectorId, StoredDetector]) -> None:
        """Keep detectors as they are now: ones that were just used, or that are not cached yet."""
        self._kept.update(detectors)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
