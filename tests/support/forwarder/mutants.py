"""Mistakes that one could make in the forwarder: each changes one function."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from forwarder.delivery import call_results, delivery, scheduler
from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.call_results import CallResult, CallStatus
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.delivery import Delivery
from forwarder.delivery.results import ACCEPTED, MessageStatus, RecordStatus
from forwarder.delivery.scheduler import Scheduler
from forwarder.delivery.tasks import RecordState, Task
from forwarder.reasons import Reason
from forwarder.records import Source
from forwarder.response import batch_response
from forwarder.routing import router
from forwarder.sources.events import Event

Mutation = Callable[[pytest.MonkeyPatch], None]
classify, checkpoint, make_lanes = call_results.classify, batch_response.checkpoint, scheduler.make_lanes
all_problems = RecordState.problems
bisect, body = Delivery._bisect, batch_response._body


def other(owner: Any, name: str, value: Any) -> Mutation:
    """Something else under a name."""
    return lambda patch: patch.setattr(owner, name, value)


def highest(event: Event, results: Any, failed: Any) -> dict[str, Any]:
    if event.source is not Source.KINESIS:
        return body(event, results, failed)
    return body(event, results, failed[-1:])


def nothing_returned(event: Event, results: Any, failed: Any) -> dict[str, Any]:
    return {"batchItemFailures": []}


def doubt_is_success(ids: Any, raw: Any) -> CallResult:
    result = classify(ids, raw)
    return CallResult(CallStatus.ANSWERED) if result.status is CallStatus.FAILED else result


def any_400_is_a_refusal(ids: Any, raw: Any) -> CallResult:
    result = classify(ids, raw)
    return CallResult(CallStatus.REFUSED) if result.status is CallStatus.MISCONFIGURED else result


def holds_nothing(self: Scheduler, task: Task) -> list[Task]:
    self.finish(task)
    return []


def half_is_dropped(self: Delivery, call: list[Task], result: CallResult) -> None:
    bisect(self, call, result)
    if len(call) > 1:
        for task in self._halves.pop():
            self._finish(task, ACCEPTED)


def bisection_rejects_all(self: Delivery, tasks: list[Task], result: CallResult) -> None:
    for task in tasks:
        self._reject(task, Reason("Refused", result.reason.text))


def every_task_alone(state: BatchState, *, keyed: bool) -> list[list[Task]]:
    return make_lanes(state, keyed=False)


def lanes_stay_apart(state: BatchState) -> dict[Any, Any]:
    return {}


def endless_retries(self: Delivery, tasks: Any, code: str, error: Reason) -> None:
    for task in tasks:
        task.attempts += 1
    if max(task.attempts for task in tasks) > 9:
        for task in tasks:
            self._fail(task, Reason(code))
    else:
        self._retries.add(tasks, 0)


def new_ids(record: Any) -> str:
    return uuid4().hex


def stored_without_waiting(self: Delivery, task: Task) -> None:
    self._finish(task, ACCEPTED)


def problems_of_routing_only(self: RecordState) -> Any:
    return self.routed.problems


def problems_of_routing_first(self: RecordState) -> Any:
    return self.routed.problems or all_problems.__get__(self)


def unfinished_of_own_tasks_only(self: RecordState) -> list[Any]:
    return [
        task.result
        for task in (*self.tasks, *filter(None, [self.barrier]))
        if task.record is self and task.result and task.result.status is MessageStatus.UNFINISHED
    ]


def weight(result: Any) -> int:
    return (
        RecordStatus.DROPPED,
        RecordStatus.REJECTED,
        RecordStatus.FORWARDED,
        RecordStatus.UNFINISHED,
    ).index(result.status)


MUTANTS: dict[str, Mutation] = {
    "Kinesis returns the highest": other(batch_response, "_body", highest),
    "nothing is returned": other(batch_response, "_body", nothing_returned),
    "an aggregate in part dead-lettered counts as forwarded": other(batch_response, "_weight", weight),
    "a doubtful call counts as accepted": other(delivery, "classify", doubt_is_success),
    "any 4xx rejects": other(delivery, "classify", any_400_is_a_refusal),
    "a failure holds nothing": other(Scheduler, "hold", holds_nothing),
    "nothing is cut": other(Scheduler, "cut", lambda self, position: None),
    "bisection forgets a half": other(Delivery, "_bisect", half_is_dropped),
    "a refused call is rejected whole": other(Delivery, "_bisect", bisection_rejects_all),
    "keys are ignored": other(scheduler, "make_lanes", every_task_alone),
    "keys that share a message stay apart": other(scheduler, "_joined", lanes_stay_apart),
    "the number of retries is ignored": other(Delivery, "_retry", endless_retries),
    "the deadline is ignored": other(Deadline, "may_call", lambda self, batches=0: True),
    "ids are new each time": other(router, "derived_id", new_ids),
    "a group does not wait for the store": other(Delivery, "_pass_barrier", stored_without_waiting),
    "duplicates are forgotten": other(RecordState, "unfinished", property(unfinished_of_own_tasks_only)),
    "the target's rejections are forgotten": other(
        RecordState, "problems", property(problems_of_routing_only)
    ),
    "a bad line hides what the target rejects": other(
        RecordState, "problems", property(problems_of_routing_first)
    ),
    "parts of one id stay as they are": other(router, "tell_apart", lambda parts: parts),
}
