"""Dry run: a real invocation in which nothing is sent and every call is accepted."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from forwarder import reasons
from forwarder.config.config import Config
from forwarder.delivery.pool import Pool
from forwarder.delivery.results import RecordResult, RecordStatus
from forwarder.delivery.tasks import RecordState
from forwarder.forwarder import Forwarder
from forwarder.records import Message, Routed
from forwarder.response.report import Report

RETURNED = "returned"
"""The outcome of a record that goes back to its source."""


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """Record with its routing and its outcome; `reason` says why it is returned."""

    routed: Routed
    outcome: str
    reason: str
    repeated: frozenset[int]
    """Places in `routed.messages` of those that were there before in the event: they are sent once."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Outcome of a whole event; `calls` are the messages of each call in turn, as one worker makes them."""

    report: Report
    records: tuple[ExplainedRecord, ...]
    calls: tuple[tuple[Message, ...], ...]
    bound: int
    """Minimum of calls: max(⌈messages / batchSize⌉, messages of the hottest key)."""


def explain(event: object, config: Config) -> Explanation:
    """Return what becomes of an event if the target accepts everything; raises EventError."""
    sent: list[list[str]] = []

    def send(entries: list[dict[str, Any]]) -> dict[str, Any]:
        sent.append([entry["messageId"] for entry in entries])
        return {"BatchPutMessageErrorEntries": []}

    ample = 2 * (config.connect_timeout + config.read_timeout) + 60
    with closing(Pool(1)) as pool:
        forwarder = Forwarder(replace(config, workers=1), send=send, pool=pool, put=_take_all)
        report = forwarder.handle(event, lambda: ample)
    messages = {task.message.id: task.message for task in report.state.tasks if task.message}
    calls = tuple(tuple(messages[id] for id in call) for call in sent)
    return Explanation(report, _explained(report), calls, _bound(calls, config))


def _take_all(bodies: Sequence[str]) -> list[bool]:
    return [True] * len(bodies)


def _explained(report: Report) -> tuple[ExplainedRecord, ...]:
    failed = set(report.response.failed)
    return tuple(
        ExplainedRecord(
            record.routed,
            *_outcome(record.result, returned=record.position in failed),
            _repeated(record),
        )
        for record in report.state.records
    )


def _repeated(record: RecordState) -> frozenset[int]:
    """Return the places of the messages whose task is that of an earlier message."""
    messages = enumerate(zip(record.routed.messages, record.tasks, strict=True))
    return frozenset(place for place, (message, task) in messages if task.message is not message)


def _outcome(result: RecordResult, *, returned: bool) -> tuple[str, str]:
    if not returned:
        return result.status.value, ""
    behind = result.status is not RecordStatus.UNFINISHED
    return RETURNED, reasons.HELD_BACK if behind else result.reason.code


def _bound(calls: Sequence[Sequence[Message]], config: Config) -> int:
    messages = [message for call in calls for message in call]
    if config.ordering == "strict":
        return len(messages)
    keys = Counter(
        message.key for message in messages if message.key is not None and config.ordering == "key"
    )
    return max(-(-len(messages) // config.batch_size), max(keys.values(), default=0))
