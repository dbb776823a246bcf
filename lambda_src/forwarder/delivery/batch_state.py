"""State of one invocation's batch: its records, the tasks of their messages, and the counts of both."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from forwarder.delivery.results import MessageResult, MessageStatus
from forwarder.delivery.tasks import RecordState, Task
from forwarder.errors import AccountingError
from forwarder.reasons import DUPLICATE_ID, Reason
from forwarder.records import Message, Problem, Routed


def without_conflicts(routed: Sequence[Routed]) -> tuple[Routed, ...]:
    """Return the records; those that use the id of an earlier message for other content are rejected.

    The target would take such a message for a repetition and ignore it. Of a record that is read by lines,
    only such lines are rejected.
    """
    seen: dict[str, Message] = {}
    return tuple(_checked(record, seen) for record in routed)


def _checked(routed: Routed, seen: dict[str, Message]) -> Routed:
    if routed.messages and routed.messages[0].line is not None:
        return _checked_lines(routed, seen)
    clashes = _clashes(routed.messages, seen)
    return replace(routed, messages=(), problems=tuple(clashes)) if clashes else routed


def _checked_lines(routed: Routed, seen: dict[str, Message]) -> Routed:
    clashes: list[Problem] = []
    rejected_lines: set[int | None] = set()
    for line, line_messages in groupby(routed.messages, key=attrgetter("line")):
        if line_clashes := _clashes(line_messages, seen):
            clashes += line_clashes
            rejected_lines.add(line)
    if not clashes:
        return routed
    messages = tuple(message for message in routed.messages if message.line not in rejected_lines)
    return replace(routed, messages=messages, problems=(*routed.problems, *clashes))


def _clashes(messages: Iterable[Message], seen: dict[str, Message]) -> list[Problem]:
    """Return the problems of a record, or of a line; if it has none, add its messages to those seen."""
    clashes: list[Problem] = []
    new: dict[str, Message] = {}
    for message in messages:
        known = seen.get(message.id) or new.setdefault(message.id, message)
        if (known.input, known.payload) != (message.input, message.payload):
            clashes.append(_clash(message))
    if not clashes:
        seen |= new
    return clashes


def _clash(message: Message) -> Problem:
    text = f"the message id {message.id!r} stands for other content earlier in this event"
    return Problem(Reason(DUPLICATE_ID, text), message.index, message.id, message.line)


class BatchState:
    """Records of an invocation and their tasks: one for each different message, and one for each barrier.

    With `barriers` (FIFO) one stands behind the messages of each record that is not dropped. If `in_shard`
    (Kinesis), all that stands behind an unfinished record is delivered again. With `give_back` rejected
    records go back to their source.
    """

    def __init__(
        self,
        routed: Sequence[Routed],
        *,
        barriers: bool = False,
        in_shard: bool = False,
        give_back: bool = False,
    ) -> None:
        self.in_shard = in_shard
        self.give_back = give_back
        self.records = [RecordState(record, give_back=give_back) for record in without_conflicts(routed)]
        self.tasks: list[Task] = []
        by_id: dict[str, Task] = {}
        for record in self.records:
            for message in record.routed.messages:
                if message.id not in by_id:
                    by_id[message.id] = self._add(record, message)
                record.tasks.append(by_id[message.id])
            if barriers and (record.routed.messages or record.routed.problems):
                record.barrier = self._add(record, None)

    def _add(self, record: RecordState, message: Message | None) -> Task:
        task = Task(len(self.tasks), record, message)
        self.tasks.append(task)
        return task

    @property
    def rejected(self) -> list[RecordState]:
        """Return the records that routing rejected."""
        return [record for record in self.records if record.routed.problems]

    def close(self, code: str) -> None:
        """Mark every message without a result as unfinished, with the code of the reason."""
        for task in self.tasks:
            if task.result is None:
                task.result = MessageResult(MessageStatus.UNFINISHED, Reason(code))

    def message_counts(self) -> Counter[str]:
        """Count the messages built, accepted, rejected, unfinished, and the duplicates within the event."""
        tasks = [task for task in self.tasks if task.message is not None]
        counts: Counter[str] = Counter(task.result.status.value for task in tasks if task.result is not None)
        counts["built"] = sum(len(record.tasks) for record in self.records)
        counts["duplicates"] = counts["built"] - len(tasks)
        if sum(counts[status.value] for status in MessageStatus) != len(tasks):
            raise AccountingError(
                f"{len(tasks)} messages were to be sent, results are known of {dict(counts)}"
            )
        return counts
