"""One pass over the rejected-records queue: a message is deleted only when its record was moved."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from forwarder.errors import RejectedRecordError
from forwarder.redrive.destination import Case, Mover
from forwarder.redrive.queue_reader import HIDDEN, MOST, Inbox, Letter
from forwarder.rejected_records.decoder import RejectedRecord, parse


@dataclass(slots=True)
class Tally:
    """What became of the messages that were received."""

    moved: int = 0
    kept: int = 0
    """They should have been moved and were not, or could not be deleted."""
    passed_over: int = 0
    """They were rejected for other reasons than those asked for."""
    fault: str = ""
    """Why the pass ended early."""


class Replay:
    """A pass; `say` is told of every message that stays, `codes` chooses reasons (empty: all)."""

    def __init__(
        self, inbox: Inbox, mover: Mover, say: Callable[[str], None], *, codes: Collection[str] = ()
    ) -> None:
        self.tally = Tally()
        self._inbox = inbox
        self._mover = mover
        self._say = say
        self._codes = frozenset(codes)
        self._seen: set[str] = set()
        self._held: dict[str, Letter] = {}
        """What was received and is not deleted, by id."""

    def run(self, most: int | None = None, *, dry: bool = False) -> Tally:
        """Move what the queue holds, at most `most` messages; if `dry`, only say what would be done.

        What stays is visible to others in the end, also if the pass is interrupted. Raises ReplayError if
        the queue cannot be read.
        """
        known = 0  # times that only messages came which were seen before: as often as there are, at most
        try:
            while not self._mover.fault and known <= len(self._seen):
                letters = self._inbox.receive(MOST if most is None else most - len(self._seen))
                if not letters:
                    break
                self._held |= {letter.id: letter for letter in letters}
                new = [letter for letter in letters if letter.id not in self._seen]
                known += not new
                self._handle(new, dry=dry)
                if most is not None and len(self._seen) >= most:
                    break
        finally:
            self._release()
        self.tally.fault = self._mover.fault
        return self.tally

    def _handle(self, letters: list[Letter], *, dry: bool) -> None:
        """Handle messages that were not seen before."""
        self._seen |= {letter.id for letter in letters}
        fit = [(letter, record) for letter in letters if (record := self._open(letter))]
        if dry:
            self.tally.moved += len(fit)
            return
        self._move(fit)

    def _open(self, letter: Letter) -> RejectedRecord | None:
        """Return the record of a message that can be moved; say why another one stays."""
        try:
            record = parse(letter.body)
        except RejectedRecordError as error:
            self._keep(f"message {letter.id}", str(error))
            return None
        if self._codes and self._codes.isdisjoint(record.codes):
            self.tally.passed_over += 1
            return None
        if why := _truncated(record) or self._mover.check(Case(letter.id, record)):
            self._keep(named(record), why)
            return None
        return record

    def _move(self, fit: list[tuple[Letter, RejectedRecord]]) -> None:
        if not fit:
            return
        results = self._mover.move([Case(letter.id, record) for letter, record in fit])
        self._delete([letter for (letter, _), why in zip(fit, results, strict=True) if not why])
        for (letter, record), why in zip(fit, results, strict=True):
            if why or letter.id in self._held:
                self._keep(named(record), why or "moved, but it could not be deleted: it will be moved again")

    def _delete(self, moved: list[Letter]) -> None:
        gone = self._inbox.delete(moved) if moved else []
        self.tally.moved += len(gone)
        for id in gone:
            del self._held[id]

    def _keep(self, name: str, why: str) -> None:
        self.tally.kept += 1
        self._say(f"kept {name}: {why}")

    def _release(self) -> None:
        if not self._inbox.release(list(self._held.values())):
            self._say(
                f"not all that stays could be made visible again at once: it takes {HIDDEN // 60} minutes"
            )


def named(record: RejectedRecord) -> str:
    """A record as people look for it."""
    sub = "" if record.sub is None else f" ({record.sub})"
    return f"record {record.id}{sub} of {record.name}"


def _truncated(record: RejectedRecord) -> str:
    if not record.truncated:
        return ""
    return f"it is truncated: of {record.length} bytes the first {len(record.data)} are there"
