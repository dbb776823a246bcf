"""Partial batch response: which records go back to their source, decided in one place.

SQS deletes every message that the response does not name. Kinesis moves its checkpoint to the lowest
sequence number that the response names and delivers that record and all behind it again, so one name is
enough (AWS Lambda developer guide, "Reporting batch item failures", of SQS and of Kinesis).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forwarder import reasons
from forwarder.delivery.results import RecordResult, RecordStatus
from forwarder.errors import AccountingError
from forwarder.reasons import Reason
from forwarder.records import Record, Source
from forwarder.sources.events import Event


@dataclass(frozen=True, slots=True)
class BatchResponse:
    """Partial batch response, and the counts of the event's own records: each is in one of four buckets."""

    body: dict[str, Any]
    """Return value of the function."""
    forwarded: int = 0
    dropped: int = 0
    rejected: int = 0
    """Stored in the rejected-records queue."""
    returned: Counter[str] = field(default_factory=Counter)
    """Records given back, by reason."""
    failed: tuple[int, ...] = ()
    """Positions of the records given back, in the order of the event."""


def checkpoint(event: Event, results: Iterable[tuple[Record, RecordResult]]) -> int | None:
    """Return the position in a Kinesis batch from which on all is delivered again; None if there is none."""
    if event.source is not Source.KINESIS:
        return None
    return min(
        (r.position for r, result in results if result.status is RecordStatus.UNFINISHED), default=None
    )


def build_response(event: Event, results: Sequence[tuple[Record, RecordResult]]) -> BatchResponse:
    """Return the response to an event; raise AccountingError if not all its records are accounted for."""
    by_position: dict[int, list[RecordResult]] = {}
    for record, result in results:
        by_position.setdefault(record.position, []).append(result)
    worst = {position: max(candidates, key=_weight) for position, candidates in by_position.items()}
    start = checkpoint(event, results)
    if start is not None:
        worst |= {p: _behind(result) for p, result in worst.items() if p >= start}
    if sorted(worst) != list(range(event.size)):
        raise AccountingError(f"{event.size} records came, {len(worst)} of them are accounted for")
    counts = Counter(result.status for result in worst.values())
    failed = tuple(sorted(p for p, result in worst.items() if result.status is RecordStatus.UNFINISHED))
    return BatchResponse(
        body=_body(event, results, failed),
        forwarded=counts[RecordStatus.FORWARDED],
        dropped=counts[RecordStatus.DROPPED],
        rejected=counts[RecordStatus.REJECTED],
        returned=Counter(worst[position].reason.code for position in failed),
        failed=failed,
    )


def _weight(result: RecordResult) -> int:
    """Return the rank of a status: of several sub-records the highest decides on their record."""
    return (
        RecordStatus.DROPPED,
        RecordStatus.FORWARDED,
        RecordStatus.REJECTED,
        RecordStatus.UNFINISHED,
    ).index(result.status)


def _behind(result: RecordResult) -> RecordResult:
    return (
        result
        if result.status is RecordStatus.UNFINISHED
        else RecordResult(RecordStatus.UNFINISHED, Reason(reasons.HELD_BACK))
    )


def _body(
    event: Event, results: Sequence[tuple[Record, RecordResult]], failed: Sequence[int]
) -> dict[str, Any]:
    ids: Mapping[int, str] = {record.position: record.id for record, _ in results}
    named = dict.fromkeys(ids[position] for position in failed)
    if event.source is Source.KINESIS:
        named = dict.fromkeys(list(named)[:1])
    if not all(named) or not named.keys() <= event.ids:
        raise AccountingError(f"the response names records that are not in the event: {sorted(named)}")
    return {"batchItemFailures": [{"itemIdentifier": name} for name in named]}
