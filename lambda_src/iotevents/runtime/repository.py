"""Detectors, and the ids of their recent messages, while messages are evaluated."""

from collections.abc import Mapping
from typing import Protocol

from iotevents.deduplication import DedupKey, RecentIds
from iotevents.engine.detector import Detector, DetectorId


class DetectorRepository(Protocol):
    """Detectors by their ids, and the messages that they have had recently."""

    def get(self, detector_id: DetectorId) -> Detector | None:
        """Return a detector; None if there is none."""

    def put(self, detector_id: DetectorId, detector: Detector) -> None:
        """Store the current state of a detector."""

    def remove(self, detector_id: DetectorId) -> None:
        """Remove a detector that exists; a later one with this id is another incarnation."""

    def incarnation(self, detector_id: DetectorId) -> int:
        """Return how many detectors with this id were removed."""

    def is_new(self, key: DedupKey, now: int) -> bool:
        """Note an acceptance at `now`, which never runs backwards; return False for a repetition."""


class InMemoryRepository:
    """Detector repository in dictionaries."""

    def __init__(self, detectors: Mapping[DetectorId, Detector] | None = None) -> None:
        self.detectors = dict(detectors or {})
        self._incarnations: dict[DetectorId, int] = {}
        self._seen = RecentIds()
        self.get = self.detectors.get
        self.put = self.detectors.__setitem__
        self.is_new = self._seen.is_new

    def remove(self, detector_id: DetectorId) -> None:
        """Remove a detector that exists; a later one with this id is another incarnation."""
        del self.detectors[detector_id]
        self._incarnations[detector_id] = self.incarnation(detector_id) + 1

    def incarnation(self, detector_id: DetectorId) -> int:
        """Return how many detectors with this id were removed."""
        return self._incarnations.get(detector_id, 0)
