"""A unit of work: detectors as they are loaded from a store, and all that is to be committed together."""

from collections.abc import Iterable, Mapping, Sequence

from iotevents.deduplication import DedupKey
from iotevents.engine.detector import Detector, DetectorId
from iotevents.models import DetectorModel
from iotevents.named_tuples import make
from iotevents.stores.records import Changes, DetectorChange, Entry, OutboxAction, StoredDetector
from iotevents.stores.store import Store


class UnitOfWork:
    """Detector repository of one commit at `now`, in epoch milliseconds.

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
        self.entries: list[Entry] = []
        self.actions: list[OutboxAction] = []
        self._store = store
        self._models = models
        self._loaded: dict[DetectorId, StoredDetector] = {}
        self._changed: dict[DetectorId, Detector | None] = {}
        self._lives: dict[DetectorId, int] = {}
        self._asked: set[DedupKey] = set()
        self._seen: set[DedupKey] = set()
        """Those of the keys asked for that were seen, and those that are new in this unit."""
        self._new: list[DedupKey] = []
        self.put = self._changed.__setitem__

    @property
    def empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self._changed or self.entries or self.actions or self._new)

    def load(self, detectors: Iterable[DetectorId], seen: Sequence[DedupKey] = ()) -> None:
        """Read together what is going to be asked for."""
        missing = [one for one in detectors if one not in self._loaded]
        loaded = self._store.load(missing, seen, self.window_end)
        self._loaded.update(loaded.detectors)
        self._asked.update(seen)
        self._seen |= loaded.seen

    def get(self, found: DetectorId) -> Detector | None:
        """A detector; None if there is none."""
        if found in self._changed:
            return self._changed[found]
        stored = self._stored(found)
        return stored.detector if stored.model_version == self._version(found.model) else None

    def remove(self, found: DetectorId) -> None:
        """Forget a detector that is there; if it comes again, that is another life of it."""
        self._lives[found] = self.life(found) + 1
        self._changed[found] = None

    def drop(self, found: DetectorId) -> None:
        """Have the store forget a detector that an older version of its model made."""
        self._changed.setdefault(found, None)

    def life(self, found: DetectorId) -> int:
        """How often a detector of this name was removed."""
        life = self._lives.get(found)
        return self._stored(found).lives if life is None else life

    def is_new(self, key: DedupKey, now: int) -> bool:
        """Note an acceptance; False if it is a repetition. All acceptances of a unit are at its time."""
        if key not in self._asked:
            self.load((), (key,))
        if key in self._seen:
            return False
        self._seen.add(key)
        self._new.append(key)
        return True

    def changes(self) -> Changes:
        """All that is to be committed."""
        detectors = []
        for found, detector in self._changed.items():
            stored = self._stored(found)
            lives = self._lives.get(found, stored.lives)
            detectors.append(
                make(DetectorChange, (found, stored, self._version(found.model), lives, detector))
            )
        return Changes(detectors, self._new, self.entries, self.actions)

    def _stored(self, found: DetectorId) -> StoredDetector:
        if found not in self._loaded:
            self.load((found,))
        return self._loaded[found]

    def _version(self, name: str) -> str:
        model = self._models.get(name)
        return model.version if model else ""
