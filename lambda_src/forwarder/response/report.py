"""Report of one invocation: the summary line of the log, and the metrics. Never a payload."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.results import RecordStatus
from forwarder.delivery.stats import CallStats
from forwarder.delivery.tasks import RecordState
from forwarder.response import metrics as names
from forwarder.response.batch_response import BatchResponse
from forwarder.sources.events import Event

MOST_SAMPLES = 5
"""Failed records that a summary names."""
LONGEST_TEXT = 300
MOST_VALUES = 99
"""Values of a metric in one invocation: CloudWatch takes 100 (EMF specification), Powertools flushes then."""
_FAILED = (RecordStatus.REJECTED, RecordStatus.UNFINISHED)


@dataclass(frozen=True, slots=True)
class Report:
    """Invocation that is over; `age` is that of the oldest record at its beginning, in milliseconds."""

    event: Event
    state: BatchState
    response: BatchResponse
    stats: CallStats
    age: int
    warnings: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Return whether each record was forwarded or dropped on purpose, and nothing needs attention."""
        done = self.response.forwarded + self.response.dropped
        return done == self.event.size and not self.stats.faults and not self.warnings

    @property
    def text(self) -> str:
        """Return one sentence for the log."""
        return f"{self.response.forwarded} of {self.event.size} records forwarded"

    @property
    def illegal_timestamps(self) -> int:
        """Return the number of messages whose own timestamp could not be used."""
        return sum(record.routed.illegal_timestamps for record in self.state.records)


def summary(report: Report) -> dict[str, Any]:
    """Return the members of the summary line, except (records aside) those that are zero or empty."""
    response, stats = report.response, report.stats
    detail = {
        "messages": dict(+report.state.message_counts()),
        "calls": stats.calls,
        "retries": stats.retries,
        "throttles": stats.throttles,
        "failures": dict(stats.failures),
        "callLatency": _spread(stats.latencies),
        "oldestRecordAge": report.age,
        "illegalTimestamps": report.illegal_timestamps,
        "deadlineStops": stats.deadline_stops,
        "configurationFaults": [_short(fault) for fault in stats.faults],
        "warnings": list(report.warnings),
        "samples": list(_samples(report)),
    }
    records = {
        "received": report.event.size,
        "forwarded": response.forwarded,
        "dropped": response.dropped,
        "deadLettered": response.rejected,
        "returned": response.returned.total(),
    }
    by_reason = {"returnedBy": dict(response.returned)} if response.returned else {}
    head = {"source": report.event.source.value, "records": {**records, **by_reason}}
    return {**head, **{name: value for name, value in detail.items() if value}}


def values(report: Report) -> Iterator[tuple[str, str, float]]:
    """Yield name, unit and value of each metric."""
    for name, value in _counts(report).items():
        yield name, names.METRICS[name][0], value
    for reason, count in report.response.returned.items():
        yield names.RETURNED + reason, "Count", count
    for name, series in _series(report).items():
        yield from ((name, names.METRICS[name][0], value) for value in spread(series, MOST_VALUES))


def spread(numbers: Sequence[float], maximum: int) -> Sequence[float]:
    """Return at most `maximum` of the numbers, evenly spaced by size, with the least and the greatest."""
    if len(numbers) <= maximum:
        return numbers
    ordered = sorted(numbers)
    return [ordered[round(step * (len(ordered) - 1) / (maximum - 1))] for step in range(maximum)]


def _counts(report: Report) -> dict[str, int]:
    response, stats, messages = report.response, report.stats, report.state.message_counts()
    return {
        names.RECORDS_RECEIVED: report.event.size,
        names.RECORDS_FORWARDED: response.forwarded,
        names.RECORDS_DROPPED: response.dropped,
        names.RECORDS_DEAD_LETTERED: response.rejected,
        names.RECORDS_RETURNED: response.returned.total(),
        names.MESSAGES_ACCEPTED: messages["accepted"],
        names.MESSAGES_DUPLICATE: messages["duplicates"],
        names.CALLS: stats.calls,
        names.RETRIES: stats.retries,
        names.THROTTLES: stats.throttles,
        names.OLDEST_RECORD_AGE: report.age,
        names.ILLEGAL_TIMESTAMPS: report.illegal_timestamps,
        names.DEADLINE_STOPS: stats.deadline_stops,
        names.CONFIGURATION_FAULTS: len(stats.faults),
    }


def _series(report: Report) -> Mapping[str, Sequence[float]]:
    return {names.CALL_LATENCY: report.stats.latencies, names.MESSAGES_PER_CALL: report.stats.sizes}


def _samples(report: Report) -> Iterator[dict[str, str]]:
    """Yield a sample of the records that failed: the first ones of the event."""
    failed = (record for record in report.state.records if record.result.status in _FAILED)
    for record in islice(failed, MOST_SAMPLES):
        yield {"record": record.routed.record.id, **_reason(record)}


def _reason(record: RecordState) -> dict[str, str]:
    rejected = record.result.status is RecordStatus.REJECTED
    state = record.result.status.value if rejected else "returned"
    reason = record.problems[0].reason if rejected else record.result.reason
    return {"state": state, "reason": reason.code, "text": _short(reason.text)}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _spread(latencies: Sequence[float]) -> dict[str, float]:
    if not latencies:
        return {}
    ordered = sorted(latencies)
    named = {"min": ordered[0], "median": ordered[len(ordered) // 2], "max": ordered[-1]}
    return {name: round(latency, 1) for name, latency in named.items()}
