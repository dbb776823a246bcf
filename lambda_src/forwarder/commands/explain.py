"""`python -m forwarder explain EVENT.json`: what the function would do with an event; nothing is sent.

`--json` prints one object, whose members stay as they are:

    {"source": "sqs" | "fifo" | "kinesis", "sourceArn": "…",
     "records": [{"position": 0, "recordId": "…", "subIndex": 0 | null, "route": 0 | null, "when": "…" | null,
                  "outcome": "forwarded" | "dropped" | "dead-lettered" | "returned", "reason": "…" | null,
                  "messages": [{"index": 0, "messageId": "…", "inputName": "…", "bytes": 12,
                                "timestamp": epoch ms, "key": "…" | null, "repeated": false}],
                  "rejected": [{"index": 0, "messageId": "…" | null, "code": "…", "text": "…"}],
                  "illegalTimestamps": 0}],
     "batchSize": 10, "calls": [["messageId", …], …], "bound": 1, "batchItemFailures": ["recordId", …]}

A message that an earlier record of the event has too is `repeated`: it is sent once. `calls` are those of one
worker, `bound` is the fewest that can do it. `reason` says why a record is returned.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from forwarder.commands.dry_run import RETURNED, Explained, Explanation, explain
from forwarder.commands.inputs import CONFIG_HELP, Subparsers, read_config, read_event_file
from forwarder.config.config import Config
from forwarder.records import Message, Problem

_HEAD = ("record", "route", "outcome", "message", "input", "bytes", "key", "timestamp")
_EPOCH = datetime.fromtimestamp(0, UTC)


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command."""
    text = "Show what the function would do with an event if the target accepts everything. Nothing is sent."
    parser = subparsers.add_parser("explain", help="show what becomes of an event", description=text)
    parser.add_argument("event", metavar="EVENT.json", help="event of SQS or Kinesis, as Lambda gives it")
    parser.add_argument("--config", metavar="FILE", help=CONFIG_HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the explanation; the exit code is 0. Raises ConfigError and EventError."""
    config = read_config(options.config)
    explanation = explain(read_event_file(options.event), config)
    if options.json:
        print(json.dumps(_document(explanation, config), indent=1, ensure_ascii=True))
    else:
        print("\n".join(_lines(explanation, config)))
    return 0


def _document(explanation: Explanation, config: Config) -> dict[str, Any]:
    event = explanation.report.event
    return {
        "source": event.source.value,
        "sourceArn": event.arn,
        "records": [_record(one, config) for one in explanation.records],
        "batchSize": config.batch_size,
        "calls": [[message.id for message in call] for call in explanation.calls],
        "bound": explanation.bound,
        "batchItemFailures": _given_back(explanation),
    }


def _record(one: Explained, config: Config) -> dict[str, Any]:
    record, route = one.routed.record, one.routed.route
    when = None if route is None else config.routes[route].when
    return {
        "position": record.position,
        "recordId": record.id,
        "subIndex": record.sub,
        "route": route,
        "when": when.text if when else None,
        "outcome": one.outcome,
        "reason": one.reason or None,
        "messages": [
            {
                "index": message.index,
                "messageId": message.id,
                "inputName": message.input,
                "bytes": len(message.payload),
                "timestamp": message.timestamp,
                "key": message.key,
                "repeated": message.index in one.repeated,
            }
            for message in one.routed.messages
        ],
        "rejected": [
            {"index": found.index, "messageId": found.message_id, "code": found.code, "text": found.text}
            for found in one.routed.problems
        ],
        "illegalTimestamps": one.routed.illegal_timestamps,
    }


def _given_back(explanation: Explanation) -> list[str]:
    failures = explanation.report.response.body["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def _lines(explanation: Explanation, config: Config) -> Iterator[str]:
    event = explanation.report.event
    yield f"{event.size} records of {event.arn or 'no source'}"
    yield ""
    yield from _table([_HEAD, *(row for one in explanation.records for row in _rows(one, config))])
    yield ""
    calls = f"{len(explanation.calls)} (the least: {explanation.bound})"
    yield f"calls, if the target accepts everything: {calls}"
    yield f"with ordering {config.ordering}, batchSize {config.batch_size}, one worker"
    for number, call in enumerate(explanation.calls, start=1):
        yield f"  {number:>4}  {', '.join(message.id for message in call)}"
    if given_back := _given_back(explanation):
        yield f"given back to the source: {', '.join(given_back)}"
    if illegal := explanation.report.illegal_timestamps:
        yield f"timestamps that are none, so that the time of arrival stands in for them: {illegal}"


def _rows(one: Explained, config: Config) -> Iterator[tuple[str, ...]]:
    """Give a line for each message or problem of a record, the first with what is true of them all."""
    record = one.routed.record
    name = f"{record.position} {record.id}" + ("" if record.sub is None else f" ({record.sub})")
    outcome = f"{one.outcome}: {one.reason}" if one.outcome == RETURNED else one.outcome
    details = [_message(message, one) for message in one.routed.messages] or [
        (_problem(found),) for found in one.routed.problems
    ]
    first = (_shortened(name), _shortened(_route(one, config)), outcome)
    for number, detail in enumerate(details or [()]):
        yield (*(first if number == 0 else ("", "", "")), *detail)


def _message(message: Message, one: Explained) -> tuple[str, ...]:
    return (
        message.id + (" (repeated)" if message.index in one.repeated else ""),
        message.input,
        str(len(message.payload)),
        "-" if message.key is None else _printable(message.key),
        _time(message.timestamp),
    )


def _problem(problem: Problem) -> str:
    named = f"{problem.message_id or problem.index}: " if problem.message_id or problem.index else ""
    return _printable(f"{named}{problem.code}: {problem.text}")


def _route(one: Explained, config: Config) -> str:
    if one.routed.route is None:
        return "-"
    when = config.routes[one.routed.route].when
    return f"{one.routed.route} when {when.text}" if when else str(one.routed.route)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Give the rows in columns; the last cell of a short row, which is a text, widens none."""
    widths = [
        max((len(row[column]) for row in rows if len(row) > column + (column == 3)), default=0)
        for column in range(len(_HEAD))
    ]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _shortened(text: str) -> str:
    """The text without its middle, if it is long: sequence numbers differ at their ends."""
    text = _printable(text)
    return text if len(text) <= 44 else f"{text[:15]}...{text[-26:]}"


def _printable(text: str) -> str:
    """The text with what would disturb a terminal escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _time(milliseconds: int) -> str:
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return str(milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
