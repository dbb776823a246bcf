"""One pass over the rejected-records queue: a message is deleted only when its record was moved."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from forwarder.errors import RejectedRecordError
from forwarder.redrive.destination import Destination, QueuedRecord
from forwarder.redrive.queue_reader import HIDDEN, MOST, QueueMessage, QueueReader
from forwarder.rejected_records.decoder import RejectedRecord, decode_record


@dataclass(slots=True)
class RedriveResult:
    """What became of the messages that were received."""

    moved: int = 0
    kept: int = 0
    """They should have been moved and were not, or could not be deleted."""
    skipped: int = 0
    """They were rejected for other reasons than those asked for."""
    fault: str = ""
    """Why the pass ended early."""


class Redrive:
    """A pass; `say` is told of every message that stays, `codes` chooses reasons (empty: all)."""

    def __init__(
        self,
        queue: QueueReader,
        destination: Destination,
        say: Callable[[str], None],
        *,
        codes: Collection[str] = (),
    ) -> None:
        self.result = RedriveResult()
        self._queue = queue
        self._destination = destination
        self._say = say
        self._codes = frozenset(codes)
        self._seen: set[str] = set()
        self._held: dict[str, QueueMessage] = {}
        """What was received and is not deleted, by id."""

    def run(self, most: int | None = None, *, dry: bool = False) -> RedriveResult:
        """Move what the queue holds, at most `most` messages; if `dry`, only say what would be done.

        What stays is visible to others in the end, also if the pass is interrupted. Raises RedriveError if
        the queue cannot be read.
        """
        known = 0  # times that only messages came which were seen before: as often as there are, at most
        try:
            while not self._destination.fault and known <= len(self._seen):
                messages = self._queue.receive(MOST if most is None else most - len(self._seen))
                if not messages:
                    break
                self._held |= {message.id: message for message in messages}
                new = [message for message in messages if message.id not in self._seen]
                known += not new
                self._handle(new, dry=dry)
                if most is not None and len(self._seen) >= most:
                    break
        finally:
            self._release()
        self.result.fault = self._destination.fault
        return self.result

    def _handle(self, messages: list[QueueMessage], *, dry: bool) -> None:
        """Handle messages that were not seen before."""
        self._seen |= {message.id for message in messages}
        fit = [(message, record) for message in messages if (record := self._open(message))]
        if dry:
            self.result.moved += len(fit)
            return
        self._move(fit)

    def _open(self, message: QueueMessage) -> RejectedRecord | None:
        """Return the record of a message that can be moved; say why another one stays."""
        try:
            record = decode_record(message.body)
        except RejectedRecordError as error:
            self._keep(f"message {message.id}", str(error))
            return None
        if self._codes and self._codes.isdisjoint(record.codes):
            self.result.skipped += 1
            return None
        if why := _truncated(record) or self._destination.check(QueuedRecord(message.id, record)):
            self._keep(named(record), why)
            return None
        return record

    def _move(self, fit: list[tuple[QueueMessage, RejectedRecord]]) -> None:
        if not fit:
            return
        results = self._destination.move([QueuedRecord(message.id, record) for message, record in fit])
        self._delete([message for (message, _), why in zip(fit, results, strict=True) if not why])
        for (message, record), why in zip(fit, results, strict=True):
            if why or message.id in self._held:
                self._keep(named(record), why or "moved, but it could not be deleted: it will be moved again")

    def _delete(self, moved: list[QueueMessage]) -> None:
        gone = self._queue.delete(moved) if moved else []
        self.result.moved += len(gone)
        for id in gone:
            del self._held[id]

    def _keep(self, name: str, why: str) -> None:
        self.result.kept += 1
        self._say(f"kept {name}: {why}")

    def _release(self) -> None:
        if not self._queue.release(list(self._held.values())):
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
