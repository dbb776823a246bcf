"""Work of one invocation: the state of each record, and the tasks that its messages are."""

from collections.abc import Sequence
from dataclasses import dataclass

from forwarder import reasons
from forwarder.delivery.results import (
    ACCEPTED,
    DROPPED,
    FORWARDED,
    MessageResult,
    MessageStatus,
    RecordResult,
    RecordStatus,
)
from forwarder.errors import AccountingError
from forwarder.reasons import Reason
from forwarder.records import Message, Problem, Routed


class RecordState:
    """Record of an invocation: what routing made of it, the tasks of its messages, whether it is stored.

    With `give_back` it goes back to its source when it is rejected.
    """

    def __init__(self, routed: Routed, *, give_back: bool = False) -> None:
        self.routed = routed
        self.position = routed.record.position
        """Its index in the event."""
        self.give_back = give_back
        self.tasks: list[Task] = []
        """One for each of its messages, in their order; records that share a message share its task."""
        self.barrier: Task | None = None
        self.stored: bool | None = None
        """Whether the rejected-records queue took it; None if that was not tried."""
        self._result: RecordResult | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return why it is rejected, by message; empty if (so far) it is not."""
        refused = tuple(
            Problem(result.reason, message.index, message.id, message.line)
            for message, task in zip(self.routed.messages, self.tasks, strict=True)
            if (result := task.result) and result.status is MessageStatus.REJECTED
        )
        return self.routed.problems + refused

    @property
    def unfinished(self) -> list[MessageResult]:
        """Return the results of those of its messages, and of its barrier, that are unfinished."""
        results = [task.result for task in self._all_tasks]
        return [result for result in results if result and result.status is MessageStatus.UNFINISHED]

    @property
    def storable(self) -> bool:
        """Return whether it is rejected, finished, and not stored yet."""
        return not self.stored and bool(self.problems) and not self.unfinished

    @property
    def result(self) -> RecordResult:
        """Return what became of it: unfinished if a message of it is, or if it is rejected and not stored.

        It is computed once: read it when delivery is over, of a storable record when storing is over as well.
        Raise AccountingError if it would count as forwarded with a message that nobody accepted.
        """
        if self._result is None:
            self._result = self._find_result()
        return self._result

    def _find_result(self) -> RecordResult:
        if self.routed.unread:
            return RecordResult(RecordStatus.UNFINISHED, Reason(reasons.DEADLINE))
        if not self.routed.problems and self._is_accepted():
            return FORWARDED if self.tasks else DROPPED
        if unfinished := self.unfinished:
            causes = [result for result in unfinished if result.reason.code != reasons.HELD_BACK]
            return RecordResult(RecordStatus.UNFINISHED, (causes or unfinished)[0].reason)
        if problems := self.problems:
            return self._rejected_result(problems[0])
        raise AccountingError(f"record {self.routed.record.id} has messages that were not accepted")

    def _rejected_result(self, problem: Problem) -> RecordResult:
        if self.stored:
            return RecordResult(RecordStatus.REJECTED)
        if self.give_back:
            return RecordResult(RecordStatus.UNFINISHED, Reason(reasons.REJECTED, str(problem.reason)))
        code = reasons.HELD_BACK if self.stored is None else reasons.STORE_FAILED
        return RecordResult(RecordStatus.UNFINISHED, Reason(code))

    def _is_accepted(self) -> bool:
        """Return whether each of its messages, and its barrier, is accepted."""
        results = [task.result for task in self._all_tasks]
        return results.count(ACCEPTED) == len(results)

    @property
    def _all_tasks(self) -> "Sequence[Task]":
        return self.tasks if self.barrier is None else [*self.tasks, self.barrier]


@dataclass(slots=True, eq=False)
class Task:
    """Message to be sent, or (message None) a barrier: its lane waits until the record is done or stored."""

    order: int
    """Its index among all tasks of the invocation."""
    record: RecordState
    """The first record that has the message."""
    message: Message | None
    lane: int = 0
    attempts: int = 0
    result: MessageResult | None = None
