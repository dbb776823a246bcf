"""The answer to Lambda, made in one place: which records are given back to their source.

SQS deletes every message that the answer does not name. Kinesis moves its checkpoint to the lowest
sequence number that the answer names and delivers that record and all behind it again, so one name is
enough (AWS Lambda developer guide, "Reporting batch item failures", of SQS and of Kinesis).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forwarder import reasons
from forwarder.delivery.batch_state import State, Verdict
from forwarder.errors import AccountingError
from forwarder.records import Record, Source
from forwarder.sources.events import Event


@dataclass(frozen=True, slots=True)
class Settlement:
    """The response, and the event's own records counted: each in one of four buckets."""

    response: dict[str, Any]
    forwarded: int = 0
    dropped: int = 0
    dead_lettered: int = 0
    returned: Counter[str] = field(default_factory=Counter)
    """By reason."""
    failed: tuple[int, ...] = ()
    """Positions of the records given back, in the order of the event."""


def checkpoint(event: Event, verdicts: Sequence[tuple[Record, Verdict]]) -> int | None:
    """The position in a Kinesis batch from which on everything is delivered again; None: nowhere."""
    if event.source is not Source.KINESIS:
        return None
    return min((r.position for r, verdict in verdicts if verdict.state is State.UNFINISHED), default=None)


def settle(event: Event, verdicts: Sequence[tuple[Record, Verdict]]) -> Settlement:
    """Return the answer for an event; raises AccountingError if its records are not all accounted for."""
    by_position: dict[int, list[Verdict]] = {}
    for record, verdict in verdicts:
        by_position.setdefault(record.position, []).append(verdict)
    worst = {position: max(several, key=_weight) for position, several in by_position.items()}
    start = checkpoint(event, verdicts)
    if start is not None:
        worst |= {p: _behind(verdict) for p, verdict in worst.items() if p >= start}
    if sorted(worst) != list(range(event.size)):
        raise AccountingError(f"{event.size} records came, {len(worst)} of them are accounted for")
    counts = Counter(verdict.state for verdict in worst.values())
    failed = tuple(sorted(p for p, verdict in worst.items() if verdict.state is State.UNFINISHED))
    return Settlement(
        response=_response(event, verdicts, failed),
        forwarded=counts[State.FORWARDED],
        dropped=counts[State.DROPPED],
        dead_lettered=counts[State.DEAD_LETTERED],
        returned=Counter(worst[position].reason for position in failed),
        failed=failed,
    )


def _weight(verdict: Verdict) -> int:
    """Which bucket comes first when a record has several sub-records."""
    return (State.DROPPED, State.FORWARDED, State.DEAD_LETTERED, State.UNFINISHED).index(verdict.state)


def _behind(verdict: Verdict) -> Verdict:
    return verdict if verdict.state is State.UNFINISHED else Verdict(State.UNFINISHED, reasons.HELD_BACK)


def _response(
    event: Event, verdicts: Sequence[tuple[Record, Verdict]], failed: Sequence[int]
) -> dict[str, Any]:
    ids: Mapping[int, str] = {record.position: record.id for record, _ in verdicts}
    named = dict.fromkeys(ids[position] for position in failed)
    if event.source is Source.KINESIS:
        named = dict.fromkeys(list(named)[:1])
    if not all(named) or not named.keys() <= event.ids:
        raise AccountingError(f"the answer names records that are not in the event: {sorted(named)}")
    return {"batchItemFailures": [{"itemIdentifier": name} for name in named]}
