"""One pass over the rejected-records queue: a message is deleted only when its record was moved."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from forwarder.errors import RejectedRecordError
from forwarder.rejected_record import RejectedRecord, parse
from forwarder.replay.inbox import MOST, Inbox, Letter
from forwarder.replay.mover import Case, Mover


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
        self._staying: list[Letter] = []

    def run(self, most: int | None = None, *, dry: bool = False) -> Tally:
        """Move what the queue holds, at most `most` messages; if `dry`, only say what would be done.

        What stays is left visible to others. Raises ReplayError if the queue cannot be read.
        """
        known = 0  # times that only messages came which were seen before: as often as there are, at most
        try:
            while not self._mover.fault and known <= len(self._seen):
                letters = self._inbox.receive(MOST if most is None else most - len(self._seen))
                if not letters:
                    break
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
        """Handle messages that were not seen before: those that stay are hidden until the end."""
        self._seen |= {letter.id for letter in letters}
        fit = [(letter, record) for letter in letters if (record := self._open(letter))]
        if dry:
            self._staying += [letter for letter, _ in fit]
            self.tally.moved += len(fit)
            return
        self._move(fit)

    def _open(self, letter: Letter) -> RejectedRecord | None:
        """Return the record of a message that can be moved; say why another one stays."""
        try:
            record = parse(letter.body)
        except RejectedRecordError as error:
            self._keep(letter, f"message {letter.id}", str(error))
            return None
        if self._codes and self._codes.isdisjoint(record.codes):
            self._staying.append(letter)
            self.tally.passed_over += 1
            return None
        if why := _truncated(record) or self._mover.check(Case(letter.id, record)):
            self._keep(letter, named(record), why)
            return None
        return record

    def _move(self, fit: list[tuple[Letter, RejectedRecord]]) -> None:
        if not fit:
            return
        results = self._mover.move([Case(letter.id, record) for letter, record in fit])
        moved = []
        for (letter, record), why in zip(fit, results, strict=True):
            if why:
                self._keep(letter, named(record), why)
            else:
                moved.append((letter, record))
        self._delete(moved)

    def _delete(self, moved: list[tuple[Letter, RejectedRecord]]) -> None:
        gone = set(self._inbox.delete([letter for letter, _ in moved])) if moved else set()
        for letter, record in moved:
            if letter.id in gone:
                self.tally.moved += 1
            else:
                self._keep(
                    letter, named(record), "moved, but it could not be deleted: it will be moved again"
                )

    def _keep(self, letter: Letter, name: str, why: str) -> None:
        self._staying.append(letter)
        self.tally.kept += 1
        self._say(f"kept {name}: {why}")

    def _release(self) -> None:
        if not self._inbox.release(self._staying):
            self._say("not all messages that stay could be made visible again; they will be by themselves")


def named(record: RejectedRecord) -> str:
    """A record as people look for it."""
    sub = "" if record.sub is None else f" ({record.sub})"
    return f"record {record.id}{sub} of {record.name}"


def _truncated(record: RejectedRecord) -> str:
    if not record.truncated:
        return ""
    return f"it is truncated: of {record.length} bytes the first {len(record.data)} are there"
