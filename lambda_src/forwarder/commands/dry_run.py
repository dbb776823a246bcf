"""Dry run: a real invocation in which nothing is sent and every call is accepted."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from forwarder import reasons
from forwarder.config.config import Config
from forwarder.config.expressions import Expression
from forwarder.config.routes import Route
from forwarder.delivery.pool import Pool
from forwarder.delivery.results import RecordResult, RecordStatus
from forwarder.delivery.tasks import RecordState
from forwarder.errors import Rejection
from forwarder.forwarder import Forwarder
from forwarder.records import Message, Routed
from forwarder.response.report import Report
from forwarder.routing.message_ids import id_from_data
from forwarder.routing.record_view import Element
from forwarder.routing.router import elements_of
from forwarder.timestamps import read_timestamp

RETURNED = "returned"
"""The outcome of a record that goes back to its source."""


@dataclass(frozen=True, slots=True)
class MessageOrigin:
    """Values of the data that a message could not keep as they are, as text."""

    illegal_timestamp: str | None = None
    """JSON text of what `timestampFrom` gave, if the time of arrival stands in for it."""
    hashed_id: str | None = None
    """What `messageIdFrom` gave, if a hash stands for it."""


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """Record with its routing and its outcome; `reason` says why it is returned."""

    routed: Routed
    outcome: str
    reason: str
    repeated: frozenset[int]
    """Places in `routed.messages` of those that were there before in the event: they are sent once."""
    origins: tuple[MessageOrigin, ...] = ()
    """One for each of `routed.messages`."""


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
    return Explanation(report, _explained(report, config), calls, _bound(calls, config))


def _take_all(bodies: Sequence[str]) -> list[bool]:
    return [True] * len(bodies)


def _explained(report: Report, config: Config) -> tuple[ExplainedRecord, ...]:
    failed = set(report.response.failed)
    return tuple(
        ExplainedRecord(
            record.routed,
            *_outcome(record.result, returned=record.position in failed),
            _repeated(record),
            _origins(record.routed, config),
        )
        for record in report.state.records
    )


def _origins(routed: Routed, config: Config) -> tuple[MessageOrigin, ...]:
    """Return the origins of a record's messages; what was evaluated for the messages is evaluated again."""
    if not routed.messages:
        return ()
    origins = {
        (element.view.line, element.index): MessageOrigin(
            _illegal_timestamp(route, element), _hashed_id(route, element)
        )
        for route, element in elements_of(config, routed.record)
    }
    return tuple(origins.get((message.line, message.index), MessageOrigin()) for message in routed.messages)


def _illegal_timestamp(route: Route, element: Element) -> str | None:
    if route.timestamp_from is None:
        return None
    value = _value(route.timestamp_from, element)
    return json.dumps(value, ensure_ascii=False) if read_timestamp(value) is None else None


def _hashed_id(route: Route, element: Element) -> str | None:
    if route.message_id_from is None:
        return None
    value = _value(route.message_id_from, element)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return None if id_from_data(value) in (None, text) else text


def _value(expression: Expression, element: Element) -> Any:
    """Return an expression's value; null for an element that it rejects, which is no message."""
    try:
        return element.search(expression)
    except Rejection:
        return None


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
