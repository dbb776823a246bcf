"""What is known of detectors while their messages are evaluated."""

from collections.abc import Mapping
from typing import Protocol

from iotevents.deduplication import DedupKey, RecentIds
from iotevents.engine.detector import Detector, DetectorId


class DetectorRepository(Protocol):
    """The detectors, and the messages that they have had lately."""

    def get(self, found: DetectorId) -> Detector | None:
        """A detector; None if there is none."""

    def put(self, found: DetectorId, detector: Detector) -> None:
        """Keep a detector as it is now."""

    def remove(self, found: DetectorId) -> None:
        """Forget a detector that is there; if it comes again, that is another life of it."""

    def life(self, found: DetectorId) -> int:
        """How often a detector of this name was removed."""

    def is_new(self, key: DedupKey, now: int) -> bool:
        """Note an acceptance at `now`, which never runs backwards; False if it is a repetition."""


class InMemoryRepository:
    """All of it in dictionaries."""

    def __init__(self, detectors: Mapping[DetectorId, Detector] | None = None) -> None:
        self.detectors = dict(detectors or {})
        self._lives: dict[DetectorId, int] = {}
        self._seen = RecentIds()
        self.get = self.detectors.get
        self.put = self.detectors.__setitem__
        self.is_new = self._seen.is_new

    def remove(self, found: DetectorId) -> None:
        """Forget a detector that is there; if it comes again, that is another life of it."""
        del self.detectors[found]
        self._lives[found] = self.life(found) + 1

    def life(self, found: DetectorId) -> int:
        """How often a detector of this name was removed."""
        return self._lives.get(found, 0)
