"""The detectors that were used lately, in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from iotevents.engine.detector import DetectorId
from iotevents.stores.records import StoredDetector


class Cache:
    """Up to `most` detectors; those go first that were not used for the longest time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[DetectorId, StoredDetector] = OrderedDict()
        self.peek = self._kept.get
        """A detector, if it is here; that does not count as a use."""

    def find(self, some: Iterable[DetectorId]) -> tuple[dict[DetectorId, StoredDetector], list[DetectorId]]:
        """Use detectors: those that are here, and which are not."""
        here: dict[DetectorId, StoredDetector] = {}
        missing: list[DetectorId] = []
        get, use = self._kept.get, self._kept.move_to_end
        for found in some:
            kept = get(found)
            if kept is None:
                missing.append(found)
            else:
                use(found)
                here[found] = kept
        return here, missing

    def put(self, some: Mapping[DetectorId, StoredDetector]) -> None:
        """Keep detectors as they are now: ones that were just used, or that are not here yet."""
        self._kept.update(some)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
