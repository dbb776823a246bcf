"""State of one invocation's batch: its records and messages, and the result of each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from forwarder import reasons
from forwarder.delivery.tasks import MessageResult, MessageStatus, Task
from forwarder.errors import AccountingError
from forwarder.reasons import DUPLICATE_ID
from forwarder.records import Message, Problem, Record, Routed


class RecordStatus(Enum):
    """Final status of a record."""

    FORWARDED = "forwarded"
    DROPPED = "dropped"
    REJECTED = "dead-lettered"
    """It lies in the rejected-records queue."""
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class RecordResult:
    """Status of a record; `reason` and `text` say why it is unfinished."""

    status: RecordStatus
    reason: str = ""
    text: str = ""


def without_conflicts(routed: Sequence[Routed]) -> tuple[Routed, ...]:
    """Return the records; those that use the id of an earlier message for other content are rejected.

    The target would take such a message for a repetition and ignore it.
    """
    seen: dict[str, Message] = {}
    return tuple(_checked(record, seen) for record in routed)


def _checked(routed: Routed, seen: dict[str, Message]) -> Routed:
    clashes: list[Problem] = []
    new: dict[str, Message] = {}
    for message in routed.messages:
        known = seen.get(message.id) or new.setdefault(message.id, message)
        if (known.input, known.payload) != (message.input, message.payload):
            clashes.append(_clash(message))
    if clashes:
        return replace(routed, messages=(), problems=tuple(clashes))
    seen |= new
    return routed


def _clash(message: Message) -> Problem:
    text = f"the message id {message.id!r} stands for other content earlier in this event"
    return Problem(DUPLICATE_ID, text, message.index, message.id)


class BatchState:
    """Records of an invocation, a task for each different message of them, and which were stored."""

    def __init__(self, routed: Sequence[Routed], *, barriers: bool = False, give_back: bool = False) -> None:
        self.routed = without_conflicts(routed)
        self.give_back = give_back
        """True if rejected records go back to their source."""
        self.tasks: list[Task] = []
        self.stored: set[int] = set()
        """Indexes of the records that lie in the rejected-records queue."""
        self.unstorable: set[int] = set()
        """Indexes of the records that the queue did not take."""
        self._by_id: dict[str, Task] = {}
        self._barriers: dict[int, Task] = {}
        for entry, routed_record in enumerate(self.routed):
            for message in routed_record.messages:
                if message.id not in self._by_id:
                    self._by_id[message.id] = self._add(entry, message)
            if barriers and (routed_record.messages or routed_record.problems):
                self._barriers[entry] = self._add(entry, None)

    def _add(self, entry: int, message: Message | None) -> Task:
        task = Task(len(self.tasks), entry, self.record(entry).position, message)
        self.tasks.append(task)
        return task

    @property
    def rejected(self) -> list[int]:
        """Return the indexes of the records that routing rejected."""
        return [entry for entry, routed in enumerate(self.routed) if routed.problems]

    def record(self, entry: int) -> Record:
        """Return the record at an index."""
        return self.routed[entry].record

    def close(self, reason: str) -> None:
        """Mark every message without a result as unfinished, for `reason`."""
        for task in self.tasks:
            if task.result is None:
                task.result = MessageResult(MessageStatus.UNFINISHED, reason)

    def problems(self, entry: int) -> tuple[Problem, ...]:
        """Return why a record is rejected, by message; empty if (so far) it is not."""
        routed = self.routed[entry]
        return routed.problems or tuple(
            Problem(result.code, result.text, message.index, message.id)
            for message in routed.messages
            if (result := self._by_id[message.id].result) and result.status is MessageStatus.REJECTED
        )

    def storable(self) -> list[int]:
        """Return the indexes of the records that are rejected, finished and not stored yet."""
        return [
            entry
            for entry in range(len(self.routed))
            if entry not in self.stored and self.problems(entry) and not self._unfinished(entry)
        ]

    def result(self, entry: int) -> RecordResult:
        """Return the result of a record: unfinished if a message of it is, or if rejected and not stored.

        Raise AccountingError if it would count as forwarded with a message that nobody accepted.
        """
        if unfinished := self._unfinished(entry):
            causes = [result for result in unfinished if result.code != reasons.HELD_BACK]
            worst = (causes or unfinished)[0]
            return RecordResult(RecordStatus.UNFINISHED, worst.code, worst.text)
        if problems := self.problems(entry):
            return self._rejected_result(entry, problems[0])
        if any(
            result is None or result.status is not MessageStatus.ACCEPTED for result in self._results(entry)
        ):
            raise AccountingError(f"record {self.record(entry).id} has messages that were not accepted")
        return RecordResult(RecordStatus.FORWARDED if self.routed[entry].messages else RecordStatus.DROPPED)

    def _rejected_result(self, entry: int, problem: Problem) -> RecordResult:
        if entry in self.stored:
            return RecordResult(RecordStatus.REJECTED)
        if self.give_back:
            return RecordResult(RecordStatus.UNFINISHED, reasons.REJECTED, f"{problem.code}: {problem.text}")
        tried = entry in self.unstorable
        return RecordResult(RecordStatus.UNFINISHED, reasons.STORE_FAILED if tried else reasons.HELD_BACK)

    def message_counts(self) -> Counter[str]:
        """Count the messages built, accepted, rejected, unfinished, and the duplicates within the event."""
        tasks = [task for task in self.tasks if task.message is not None]
        counts: Counter[str] = Counter(task.result.status.value for task in tasks if task.result is not None)
        counts["built"] = sum(len(routed.messages) for routed in self.routed)
        counts["duplicates"] = counts["built"] - len(tasks)
        if sum(counts[status.value] for status in MessageStatus) != len(tasks):
            raise AccountingError(
                f"{len(tasks)} messages were to be sent, results are known of {dict(counts)}"
            )
        return counts

    def _results(self, entry: int) -> Iterator[MessageResult | None]:
        yield from (self._by_id[message.id].result for message in self.routed[entry].messages)
        if entry in self._barriers:
            yield self._barriers[entry].result

    def _unfinished(self, entry: int) -> list[MessageResult]:
        return [o for o in self._results(entry) if o is not None and o.status is MessageStatus.UNFINISHED]
