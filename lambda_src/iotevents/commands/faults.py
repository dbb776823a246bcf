"""Faults of a replay: what went wrong in it, counted while it runs."""

from collections.abc import Iterable, Iterator

from iotevents.recordings.replay import Entry
from iotevents.runtime.outcomes import Evaluated, Rejected


class Faults:
    """Counts of the messages that were rejected and the evaluations that had an error; false if none."""

    def __init__(self) -> None:
        self._rejected = 0
        self._failed = 0

    def __bool__(self) -> bool:
        return bool(self._rejected or self._failed)

    def counted(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries of a replay, and count them."""
        for entry in entries:
            if isinstance(entry, Evaluated):
                self._failed += bool(entry.failures)
            else:
                self._rejected += isinstance(entry, (Rejected, dict))
            yield entry
