"""The detectors that were used lately, in memory."""

from collections import OrderedDict
from collections.abc import Mapping

from iotevents.changes import StoredDetector
from iotevents.detector import DetectorId


class Cache:
    """Up to `most` detectors; those go first that were not used for the longest time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[DetectorId, StoredDetector] = OrderedDict()

    def get(self, found: DetectorId) -> StoredDetector | None:
        """A detector, if it is here."""
        kept = self._kept.get(found)
        if kept is not None:
            self._kept.move_to_end(found)
        return kept

    def put(self, some: Mapping[DetectorId, StoredDetector]) -> None:
        """Keep detectors as they are now."""
        for found, stored in some.items():
            self._kept[found] = stored
            self._kept.move_to_end(found)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
