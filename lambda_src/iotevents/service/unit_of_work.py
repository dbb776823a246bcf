"""The unit of work of a commit: detectors loaded from a store, and all that changes."""

from collections.abc import Iterable, Mapping, Sequence

from iotevents.deduplication import DedupKey
from iotevents.engine.detector import Detector, DetectorId
from iotevents.models import DetectorModel
from iotevents.stores.records import Accepted, Changes, OutboxAction, StoredDetector, change_detector
from iotevents.stores.store import Store


class UnitOfWork:
    """Detector repository and changes of one commit at `now`, in epoch milliseconds.

    Detectors that an older version of their model made count as absent. A message is a duplicate if it was
    seen in the window that ends at `window_end` (default: `now`), or in this unit.
    """

    def __init__(
        self,
        store: Store,
        models: Mapping[str, DetectorModel],
        now: int,
        window_end: int | None = None,
    ) -> None:
        self.now = now
        self.window_end = now if window_end is None else window_end
        self.accepted: list[Accepted] = []
        self.actions: list[OutboxAction] = []
        self._store = store
        self._models = models
        self._loaded: dict[DetectorId, StoredDetector] = {}
        self._changed: dict[DetectorId, Detector | None] = {}
        self._incarnations: dict[DetectorId, int] = {}
        self._loaded_keys: set[DedupKey] = set()
        self._seen: set[DedupKey] = set()
        """The loaded keys that were seen, and the new ones of this unit."""
        self._new: list[DedupKey] = []
        self.put = self._changed.__setitem__

    @property
    def empty(self) -> bool:
        """True if there is nothing to commit."""
        return not (self._changed or self.accepted or self.actions or self._new)

    def load(self, detectors: Iterable[DetectorId], seen: Sequence[DedupKey] = ()) -> None:
        """Read detectors and deduplication keys together, before they are needed."""
        missing = [detector_id for detector_id in detectors if detector_id not in self._loaded]
        loaded = self._store.load(missing, seen, self.window_end)
        self._loaded.update(loaded.detectors)
        self._loaded_keys.update(seen)
        self._seen |= loaded.seen

    def get(self, detector_id: DetectorId) -> Detector | None:
        """Return a detector; None if there is none."""
        if detector_id in self._changed:
            return self._changed[detector_id]
        stored = self._stored(detector_id)
        return stored.detector if stored.model_version == self._version(detector_id.model) else None

    def remove(self, detector_id: DetectorId) -> None:
        """Remove a detector that exists; a later one with this id is another incarnation."""
        self._incarnations[detector_id] = self.incarnation(detector_id) + 1
        self._changed[detector_id] = None

    def drop(self, detector_id: DetectorId) -> None:
        """Remove a detector that an older version of its model made; its incarnation goes on."""
        self._changed.setdefault(detector_id, None)

    def incarnation(self, detector_id: DetectorId) -> int:
        """Return how many detectors with this id were removed."""
        incarnation = self._incarnations.get(detector_id)
        return self._stored(detector_id).incarnation if incarnation is None else incarnation

    def is_new(self, key: DedupKey, now: int) -> bool:
        """Note an acceptance, always at the unit's own `now`; return False for a repetition."""
        if key not in self._loaded_keys:
            self.load((), (key,))
        if key in self._seen:
            return False
        self._seen.add(key)
        self._new.append(key)
        return True

    def changes(self) -> Changes:
        """Return all that is to be committed."""
        detectors = []
        for detector_id, detector in self._changed.items():
            stored = self._stored(detector_id)
            change = change_detector(
                detector_id,
                stored,
                model_version=self._version(detector_id.model),
                incarnation=self._incarnations.get(detector_id, stored.incarnation),
                detector=detector,
            )
            detectors.append(change)
        return Changes(detectors, self._new, self.accepted, self.actions)

    def _stored(self, detector_id: DetectorId) -> StoredDetector:
        stored = self._loaded.get(detector_id)
        if stored is None:
            self.load((detector_id,))
            stored = self._loaded[detector_id]
        return stored

    def _version(self, name: str) -> str:
        model = self._models.get(name)
        return model.version if model else ""
