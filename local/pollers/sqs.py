"""SQS standard and FIFO queues with their event source mapping.

* A received message is invisible until its visibility timeout ends; deleted, it is gone.
* A message that was received `max_receives` times is moved to the dead-letter queue when it would be received
  once more (developer guide of SQS, "Dead-letter queues").
* Standard: any visible message may come next; `seed` shuffles, without it the longest visible comes first.
* FIFO: messages come in order within their group, and a group of which a message is in flight gives none
  ("FIFO queue delivery logic").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from local.lambda_runtime.events import Receipt, SqsMessage, receipt_handle, sqs_event
from local.pollers.history import History, Invocation, Invoke
from local.pollers.verdicts import Verdict, judge_call


@dataclass(frozen=True, slots=True)
class SqsSettings:
    """Queue and mapping; times in seconds."""

    arn: str
    batch_size: int = 10
    function_timeout: float = 30
    visibility_timeout: float = 180
    max_receives: int | None = 5
    """The redrive policy's maxReceiveCount; None: no dead-letter queue."""
    reporting: bool = True
    """ReportBatchItemFailures is on."""
    duration: float = 1
    """Duration of an invocation on the virtual clock."""
    seed: int | None = None

    @property
    def fifo(self) -> bool:
        """Return whether the queue is FIFO, by its name."""
        return self.arn.endswith(".fifo")


@dataclass(slots=True, eq=False)
class _Held:
    message: SqsMessage
    visible_at: float = 0
    receives: int = 0
    first_receive: float = 0


class SqsPoller:
    """Queue with messages, and its event source mapping; times count from 0."""

    def __init__(self, messages: Iterable[SqsMessage], invoke: Invoke, settings: SqsSettings) -> None:
        self.now = 0.0
        self._held = {message.id: _Held(message) for message in messages}
        self._invoke = invoke
        self._settings = settings
        self._random = None if settings.seed is None else Random(settings.seed)
        self._invocations: list[Invocation] = []
        self._done: list[str] = []
        self._dead: list[str] = []

    def run(self, max_invocations: int = 10_000) -> History:
        """Poll until the queue is empty or `max_invocations` more were made; return all that was done."""
        for _ in range(max_invocations):
            if not self.poll():
                break
        return self.history

    def poll(self) -> Invocation | None:
        """Invoke the function once, waiting for a message if need be; None if the queue is empty."""
        while self._held:
            if batch := self._receive():
                return self._handle(batch)
            self._wait()
        return None

    def change_visibility(self, handle: str, seconds: float) -> bool:
        """Let a message in flight become visible `seconds` from now (ChangeMessageVisibility).

        For the function to call while it is invoked; False if the handle is not of the latest receive.
        """
        for held in self._held.values():
            if handle == receipt_handle(held.message.id, held.receives) and held.visible_at > self.now:
                held.visible_at = self.now + seconds
                return True
        return False

    @property
    def history(self) -> History:
        """Return the history so far."""
        return History(
            tuple(self._invocations), tuple(self._done), tuple(self._dead), pending=tuple(self._held)
        )

    def _wait(self) -> None:
        """Let time pass until another message becomes visible."""
        later = [held.visible_at for held in self._held.values() if held.visible_at > self.now]
        self.now = min(later, default=self.now)

    def _receive(self) -> list[_Held]:
        """Take the next batch into flight; what was received too often goes to the dead-letter queue."""
        for held in self._available():
            if held.receives == self._settings.max_receives:
                self._dead.append(self._held.pop(held.message.id).message.id)
        batch = self._available()[: self._settings.batch_size]
        for held in batch:
            held.first_receive = held.first_receive if held.receives else self.now
            held.receives += 1
            held.visible_at = self.now + self._settings.visibility_timeout
        return batch

    def _available(self) -> list[_Held]:
        visible = [held for held in self._held.values() if held.visible_at <= self.now]
        if self._settings.fifo:
            locked = {held.message.group for held in self._held.values() if held.visible_at > self.now}
            return [held for held in visible if held.message.group not in locked]
        if self._random:
            self._random.shuffle(visible)
            return visible
        return sorted(visible, key=lambda held: held.visible_at)

    def _handle(self, batch: Sequence[_Held]) -> Invocation:
        at = self.now
        ids = tuple(held.message.id for held in batch)
        event = sqs_event(self._settings.arn, [held.message for held in batch], _receipts(batch))
        response, verdict = judge_call(
            lambda: self._invoke(event, self._settings.function_timeout),
            ids,
            reporting=self._settings.reporting,
        )
        self._invocations.append(Invocation(at, event, ids, response, verdict))
        self.now = at + self._settings.duration
        self._settle(ids, verdict)
        return self._invocations[-1]

    def _settle(self, ids: Sequence[str], verdict: Verdict) -> None:
        for message_id in ids:
            if message_id not in verdict.failed:
                del self._held[message_id]
                self._done.append(message_id)


def _receipts(batch: Sequence[_Held]) -> dict[str, Receipt]:
    return {held.message.id: Receipt(held.receives, _first(held)) for held in batch}


def _first(held: _Held) -> int:
    return held.message.sent + int(held.first_receive * 1000)
