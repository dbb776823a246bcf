"""Delivery of the messages of one invocation: calls in flight, retries, bisection, deadline.

One thread decides, the pool's threads only wait for the network and report by a queue. So everything
below happens in one order, and an invocation leaves nothing behind but its results.

* An entry error that may pass and a call without a valid response are sent again with the same ids, after
  a delay with full jitter. A message that the target may have taken is then a duplicate there, no loss.
* A call refused as InvalidRequestException is halved until the culprit stands alone.
* Any other refusal is a fault of configuration or network: no call is started any more.
* After an unfinished message the later ones of its lane are not sent. In a Kinesis batch nothing behind
  it in the shard is started: Lambda will bring all of that again. What stands before it is still sent.
* On a FIFO queue the group waits until a rejected record is stored.
"""

from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, Queue
from time import monotonic
from typing import Any

from forwarder import reasons
from forwarder.config.config import Config
from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.call_results import (
    INVALID_REQUEST,
    UNKNOWN_INPUT,
    CallResult,
    CallStatus,
    RawResult,
    classify,
    is_throttling,
)
from forwarder.delivery.concurrency_limit import ConcurrencyLimiter
from forwarder.delivery.delivery_io import DeliveryIO
from forwarder.delivery.results import ACCEPTED, MessageResult, MessageStatus
from forwarder.delivery.retries import Retries
from forwarder.delivery.scheduler import Scheduler, make_scheduler
from forwarder.delivery.stats import CallStats
from forwarder.delivery.tasks import Task
from forwarder.reasons import Reason
from forwarder.records import Message

STORED_TOGETHER = 10
"""Records in a batch for the rejected-records queue."""


def make_delivery(config: Config, state: BatchState, io: DeliveryIO) -> "Delivery":
    """Return the delivery of a batch in the configuration's ordering."""
    return Delivery(config, state, make_scheduler(state, config.ordering), io)


class Delivery:
    """Delivery of one batch's tasks: `run` it once, then each of them has a result."""

    def __init__(self, config: Config, state: BatchState, scheduler: Scheduler, io: DeliveryIO) -> None:
        self.stats = CallStats(deadline_stops=int(any(record.routed.unread for record in state.records)))
        self._config = config
        self._state = state
        self._scheduler = scheduler
        self._io = io
        self._reports: Queue[tuple[list[Task], Any, float]] = Queue()
        self._limiter = ConcurrencyLimiter(config.workers)
        self._retries = Retries(io.backoff)
        self._in_flight = 0
        self._stopped = ""
        """Code of the reason why no call is started any more."""
        self._halves: deque[list[Task]] = deque()
        self._unknown: dict[str, str] = {}
        """Inputs that the target does not know, with what it said of each."""
        self._to_store = len(state.rejected)

    def run(self) -> None:
        """Send all messages that can be sent in time."""
        if self._gives_back_in_shard and self._state.rejected:
            self._scheduler.cut(min(record.position for record in self._state.rejected))
        while self._start():
            if not self._receive():
                self._io.pool.abandon()
                self._stop(reasons.DEADLINE)
                break
        self._state.close(self._stopped or reasons.HELD_BACK)

    @property
    def _gives_back_in_shard(self) -> bool:
        """Return whether Lambda delivers a rejected record and all behind it again."""
        return self._state.in_shard and self._state.give_back

    def _start(self) -> bool:
        """Start as many calls as may be in flight; return whether there is anything to wait for."""
        for task in self._retries.due(monotonic()):
            self._scheduler.give_back(task)
        while not self._stopped and self._in_flight < self._limiter.limit and (call := self._next_call()):
            if not self._io.deadline.may_call(self._to_store // STORED_TOGETHER):
                self._stop(reasons.DEADLINE)
                break
            self._submit(self._call, call)
        return bool(self._in_flight or (self._retries and not self._stopped))

    def _next_call(self) -> list[Task]:
        while self._halves:
            if half := self._sendable(self._halves.popleft()):
                return half
        call: list[Task] = []
        size = self._config.batch_size
        while taken := self._scheduler.take(size - len(call), size * self._limiter.limit):
            call = self._sendable(call + taken)
        return call

    def _sendable(self, tasks: list[Task]) -> list[Task]:
        """Return the tasks that still are to be sent: finishing a task may hold others back."""
        left = [task for task in tasks if not self._finish_unsent(task)]
        return [task for task in left if not self._scheduler.behind(task)]

    def _finish_unsent(self, task: Task) -> bool:
        """Finish a barrier, or a message whose input the target does not know; return whether it was."""
        if task.message is None:
            self._pass_barrier(task)
            return True
        if (text := self._unknown.get(task.message.input)) is not None:
            self._refuse_input(task, task.message, text)
            return True
        return False

    def _pass_barrier(self, task: Task) -> None:
        """Let the group go on, but behind a rejected record only when that is stored."""
        problems = task.record.problems
        if not problems:
            self._finish(task, ACCEPTED)
        elif task.record.give_back:
            self._fail(task, Reason(reasons.REJECTED, str(problems[0].reason)))
        else:
            self._submit(self._put_away, [task])

    def _submit(self, work: Callable[[list[Task]], None], tasks: list[Task]) -> None:
        self._in_flight += 1
        self._io.pool.submit(work, tasks)

    # in the pool's threads

    def _call(self, tasks: list[Task]) -> None:
        started = monotonic()
        raw: RawResult
        try:
            raw = self._io.send([_entry(task.message) for task in tasks if task.message])
        except Exception as error:  # noqa: BLE001  any failure leaves the call in doubt, which classify() names
            raw = error
        self._reports.put((tasks, raw, (monotonic() - started) * 1000))

    def _put_away(self, tasks: list[Task]) -> None:
        stored: bool | Exception
        try:
            stored = self._io.store(tasks[0].record)
        except Exception as error:  # noqa: BLE001  a bug: raised again in the deciding thread
            stored = error
        self._reports.put((tasks, stored, 0.0))

    # in the deciding thread again

    def _receive(self) -> bool:
        """Wait for a report or for the next retry; return False when the time to wait is over."""
        patience = self._io.deadline.grace()
        if not self._stopped:
            patience = min(patience, self._retries.patience(monotonic()))
        try:
            tasks, result, latency = self._reports.get(timeout=max(0.0, patience))
        except Empty:
            return self._io.deadline.grace() > 0
        self._in_flight -= 1
        if tasks[0].message is None:
            self._after_storing(tasks[0], result)
        else:
            self._after_call(tasks, result, latency)
        return True

    def _after_storing(self, task: Task, stored: bool | Exception) -> None:
        if isinstance(stored, Exception):
            raise stored
        task.record.stored = stored
        if stored:
            self._finish(task, ACCEPTED)
        else:
            self._fail(task, Reason(reasons.STORE_FAILED))

    def _after_call(self, tasks: list[Task], raw: RawResult, latency: float) -> None:
        self.stats.sizes.append(len(tasks))
        self.stats.latencies.append(latency)
        result = classify({task.message.id for task in tasks if task.message}, raw)
        self.stats.throttles += result.throttled
        self._limiter.note(throttled=result.throttled, in_flight=self._in_flight)
        match result.status:
            case CallStatus.ANSWERED:
                self._take_entries(tasks, result)
            case CallStatus.REFUSED:
                self._bisect(tasks, result)
            case CallStatus.MISCONFIGURED:
                self._give_up(tasks, result)
            case CallStatus.THROTTLED:
                self._retry(tasks, reasons.THROTTLED, result.reason)
            case CallStatus.FAILED:
                self._retry(tasks, reasons.TARGET_FAILED, result.reason)

    def _take_entries(self, tasks: list[Task], result: CallResult) -> None:
        passing: dict[Reason, list[Task]] = {}
        for task in tasks:
            assert task.message is not None
            error = result.errors.get(task.message.id)
            if error is None:
                self._finish(task, ACCEPTED)
            elif error.code == INVALID_REQUEST:
                self._reject(task, Reason(reasons.REFUSED, error.text))
            elif error.code == UNKNOWN_INPUT:
                self._unknown.setdefault(task.message.input, error.text)
                self._refuse_input(task, task.message, error.text)
            else:
                passing.setdefault(error, []).append(task)
        for error, failed in passing.items():
            code = reasons.THROTTLED if is_throttling(error.code) else reasons.TARGET_FAILED
            self._retry(failed, code, error)

    def _bisect(self, tasks: list[Task], result: CallResult) -> None:
        self.stats.failures[result.reason.code] += 1
        if len(tasks) == 1:
            self._reject(tasks[0], Reason(reasons.REFUSED, result.reason.text))
            return
        middle = len(tasks) // 2
        self._halves += [tasks[:middle], tasks[middle:]]

    def _give_up(self, tasks: list[Task], result: CallResult) -> None:
        fault = str(result.reason)
        self.stats.failures[result.reason.code] += 1
        self.stats.note_fault(fault)
        self._stop(reasons.CONFIGURATION)
        for task in tasks:
            self._fail(task, Reason(reasons.CONFIGURATION, fault))

    def _refuse_input(self, task: Task, message: Message, text: str) -> None:
        self.stats.failures[UNKNOWN_INPUT] += 1
        reason = Reason(reasons.UNKNOWN_INPUT, text)
        if message.unknown_input == "reject":
            self._reject(task, reason)
            return
        self.stats.note_fault(f"the target does not know the input {message.input!r}: {text}")
        self._fail(task, reason)

    def _retry(self, tasks: Sequence[Task], code: str, error: Reason) -> None:
        """Send the tasks again after a delay; when tries or time are used up, fail them with `code`."""
        self.stats.failures[error.code] += 1
        again = []
        for task in tasks:
            task.attempts += 1
            if task.attempts > self._config.retries or self._stopped:
                self._fail(task, Reason(code, str(error)))
            else:
                again.append(task)
        if again:
            self.stats.retries += len(again)
            self._retries.add(again, monotonic())

    def _finish(self, task: Task, result: MessageResult) -> None:
        task.result = result
        self._scheduler.finish(task)

    def _reject(self, task: Task, reason: Reason) -> None:
        self._to_store += 1
        if self._gives_back_in_shard:
            self._scheduler.cut(task.record.position)
        self._finish(task, MessageResult(MessageStatus.REJECTED, reason))

    def _fail(self, task: Task, reason: Reason) -> None:
        task.result = MessageResult(MessageStatus.UNFINISHED, reason)
        for held in self._scheduler.hold(task):
            held.result = MessageResult(MessageStatus.UNFINISHED, Reason(reasons.HELD_BACK))
        if self._state.in_shard:
            self._scheduler.cut(task.record.position)

    def _stop(self, code: str) -> None:
        if not self._stopped:
            self._stopped = code
            if code == reasons.DEADLINE:
                self.stats.deadline_stops = 1


def _entry(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "inputName": message.input,
        "payload": message.payload,
        "timestamp": {"timeInMillis": message.timestamp},
    }
