"""One pass over the rejected-records queue: a message is deleted only when its record was moved."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from forwarder.errors import RejectedRecordError
from forwarder.redrive.destination import Destination, QueuedRecord
from forwarder.redrive.queue_reader import MAX_MESSAGES, VISIBILITY_TIMEOUT, QueueMessage, QueueReader
from forwarder.rejected_records.decoder import RejectedRecord, decode_record


@dataclass(slots=True)
class RedriveResult:
    """Counts of the messages that were received, by what became of them."""

    moved: int = 0
    kept: int = 0
    """Messages that should have been moved and were not, or could not be deleted."""
    skipped: int = 0
    """Messages whose record was rejected with other codes than those asked for."""
    fault: str = ""
    """Reason why the pass ended early."""


class Redrive:
    """One pass; `log` gets a line for every message that stays, `codes` selects records (empty: all)."""

    def __init__(
        self,
        queue: QueueReader,
        destination: Destination,
        log: Callable[[str], None],
        *,
        codes: Collection[str] = (),
    ) -> None:
        self.result = RedriveResult()
        self._queue = queue
        self._destination = destination
        self._log = log
        self._codes = frozenset(codes)
        self._seen: set[str] = set()
        self._held: dict[str, QueueMessage] = {}
        """Messages that were received and are not deleted, by id."""

    def run(self, limit: int | None = None, *, dry: bool = False) -> RedriveResult:
        """Move what the queue holds, at most `limit` messages; if `dry`, only count what would be moved.

        What stays is visible to others in the end, also if the pass is interrupted. Raises RedriveError if
        the queue cannot be read.
        """
        stale = 0  # receives with only messages that were seen before: at most as many as there are messages
        try:
            while not self._destination.fault and stale <= len(self._seen):
                messages = self._queue.receive(MAX_MESSAGES if limit is None else limit - len(self._seen))
                if not messages:
                    break
                self._held |= {message.id: message for message in messages}
                new = [message for message in messages if message.id not in self._seen]
                stale += not new
                self._handle(new, dry=dry)
                if limit is not None and len(self._seen) >= limit:
                    break
        finally:
            self._release()
        self.result.fault = self._destination.fault
        return self.result

    def _handle(self, messages: list[QueueMessage], *, dry: bool) -> None:
        """Handle messages that were not seen before."""
        self._seen |= {message.id for message in messages}
        movable = [(message, record) for message in messages if (record := self._open(message))]
        if dry:
            self.result.moved += len(movable)
            return
        self._move(movable)

    def _open(self, message: QueueMessage) -> RejectedRecord | None:
        """Return the record of a message; None, with a line in the log, if it cannot be moved."""
        try:
            record = decode_record(message.body)
        except RejectedRecordError as error:
            self._keep(f"message {message.id}", str(error))
            return None
        if self._codes and self._codes.isdisjoint(record.codes):
            self.result.skipped += 1
            return None
        if reason := _truncated(record) or self._destination.check(QueuedRecord(message.id, record)):
            self._keep(_name(record), reason)
            return None
        return record

    def _move(self, movable: list[tuple[QueueMessage, RejectedRecord]]) -> None:
        if not movable:
            return
        reasons = self._destination.move([QueuedRecord(message.id, record) for message, record in movable])
        self._delete([message for (message, _), reason in zip(movable, reasons, strict=True) if not reason])
        for (message, record), reason in zip(movable, reasons, strict=True):
            if reason or message.id in self._held:
                self._keep(
                    _name(record), reason or "moved, but it could not be deleted: it will be moved again"
                )

    def _delete(self, moved: list[QueueMessage]) -> None:
        deleted = self._queue.delete(moved) if moved else []
        self.result.moved += len(deleted)
        for id in deleted:
            del self._held[id]

    def _keep(self, name: str, reason: str) -> None:
        self.result.kept += 1
        self._log(f"kept {name}: {reason}")

    def _release(self) -> None:
        if not self._queue.release(list(self._held.values())):
            minutes = VISIBILITY_TIMEOUT // 60
            self._log(f"not all that stays could be made visible again at once: it takes {minutes} minutes")


def _name(record: RejectedRecord) -> str:
    """Return what identifies a record for people: its id, sub-record and source."""
    sub = "" if record.sub is None else f" ({record.sub})"
    return f"record {record.id}{sub} of {record.name}"


def _truncated(record: RejectedRecord) -> str:
    if not record.truncated:
        return ""
    return f"it is truncated: of {record.length} bytes the first {len(record.data)} are there"
