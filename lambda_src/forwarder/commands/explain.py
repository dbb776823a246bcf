"""`python -m forwarder explain EVENT.json`: what the function would do with an event; nothing is sent.

`--json` prints one object, whose members stay as they are:

    {"source": "sqs" | "fifo" | "kinesis", "sourceArn": "…",
     "records": [{"position": 0, "recordId": "…", "subIndex": 0 | null, "route": 0 | null, "when": "…" | null,
                  "outcome": "forwarded" | "dropped" | "dead-lettered" | "returned", "reason": "…" | null,
                  "messages": [{"index": 0, "messageId": "…", "inputName": "…", "bytes": 12,
                                "timestamp": epoch ms, "key": "…" | null, "repeated": false,
                                "payload": "…" | null, "illegalTimestamp": "…" | null,
                                "idHashedFrom": "…" | null}],
                  "rejected": [{"index": 0, "messageId": "…" | null, "code": "…", "text": "…"}],
                  "illegalTimestamps": 0}],
     "batchSize": 10, "calls": [["messageId", …], …], "bound": 1, "batchItemFailures": ["recordId", …]}

`payload` is its text; of a payload that is not UTF-8 it is null, and `payloadBase64` has it.
`illegalTimestamp` is the JSON text of a time for which the arrival stands, `idHashedFrom` the text of an id
for which a hash stands.
With `bodyFormat: json-lines` messages and entries of `rejected` have the number of their `line` too, and a
record whose lines take several routes has their `routes`.
A message that an earlier record of the event has too is `repeated`: it is sent once. `calls` are those of one
worker, `bound` is their minimum. `reason` says why a record is returned.
"""

import argparse
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from forwarder.commands.dry_run import RETURNED, ExplainedRecord, Explanation, MessageOrigin, explain
from forwarder.commands.inputs import CONFIG_HELP, read_config, read_event_file
from forwarder.config.config import Config
from forwarder.records import Message, Problem

_HEAD = ("record", "route", "outcome", "message", "input", "bytes", "key", "timestamp")
MAX_SHOWN = 80
"""Characters of a payload or another value that are shown."""
_EPOCH = datetime.fromtimestamp(0, UTC)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's parser."""
    parser.description = (
        "Show what the function would do with an event if the target accepts everything. Nothing is sent."
    )
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
        "records": [_record(explained, config) for explained in explanation.records],
        "batchSize": config.batch_size,
        "calls": [[message.id for message in call] for call in explanation.calls],
        "bound": explanation.bound,
        "batchItemFailures": _returned_ids(explanation),
    }


def _record(explained: ExplainedRecord, config: Config) -> dict[str, Any]:
    record, route = explained.routed.record, explained.routed.route
    when = None if route is None else config.routes[route].when
    return {
        "position": record.position,
        "recordId": record.id,
        "subIndex": record.sub,
        "route": route,
        "when": when.text if when else None,
        **({"routes": sorted(explained.routed.line_routes)} if len(explained.routed.line_routes) > 1 else {}),
        "outcome": explained.outcome,
        "reason": explained.reason or None,
        "messages": [
            {
                "index": message.index,
                "messageId": message.id,
                "inputName": message.input,
                "bytes": len(message.payload),
                "timestamp": message.timestamp,
                "key": message.key,
                "repeated": place in explained.repeated,
                **_payload(message),
                "illegalTimestamp": origin.illegal_timestamp,
                "idHashedFrom": origin.hashed_id,
                **_line(message),
            }
            for place, (message, origin) in enumerate(_messages(explained))
        ],
        "rejected": [
            {
                "index": problem.index,
                "messageId": problem.message_id,
                "code": problem.reason.code,
                "text": problem.reason.text,
                **_line(problem),
            }
            for problem in explained.routed.problems
        ],
        "illegalTimestamps": explained.routed.illegal_timestamps,
    }


def _messages(explained: ExplainedRecord) -> Iterator[tuple[Message, MessageOrigin]]:
    return zip(explained.routed.messages, explained.origins, strict=True)


def _payload(message: Message) -> dict[str, str | None]:
    try:
        return {"payload": message.payload.decode()}
    except UnicodeDecodeError:
        return {"payload": None, "payloadBase64": b64encode(message.payload).decode()}


def _line(part: Message | Problem) -> dict[str, int]:
    return {} if part.line is None else {"line": part.line}


def _returned_ids(explanation: Explanation) -> list[str]:
    failures = explanation.report.response.body["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def _lines(explanation: Explanation, config: Config) -> Iterator[str]:
    event = explanation.report.event
    yield f"{event.size} records of {event.arn or 'no source'}"
    yield ""
    yield from _table(
        [_HEAD, *(row for explained in explanation.records for row in _rows(explained, config))]
    )
    yield ""
    calls = f"{len(explanation.calls)} (minimum: {explanation.bound})"
    yield f"calls, if the target accepts everything: {calls}"
    yield f"with ordering {config.ordering}, batchSize {config.batch_size}, one worker"
    for number, call in enumerate(explanation.calls, start=1):
        yield f"  {number:>4}  {', '.join(message.id for message in call)}"
    if returned_ids := _returned_ids(explanation):
        yield f"given back to the source: {', '.join(returned_ids)}"
    yield from _payloads(explanation)
    yield from _hashed_ids(explanation)
    if illegal := explanation.report.illegal_timestamps:
        yield f"timestamps that are none, so that the time of arrival stands in for them: {illegal}"
        for message, origin in _all_messages(explanation):
            if origin.illegal_timestamp is not None:
                yield f"  {message.id}  {_cut(origin.illegal_timestamp)}"


def _payloads(explanation: Explanation) -> Iterator[str]:
    messages = [message for message, _ in _all_messages(explanation)]
    if messages:
        yield "payloads"
    for message in messages:
        text = message.payload.decode(errors="backslashreplace")
        yield f"  {message.id}  {_cut(text)}"


def _hashed_ids(explanation: Explanation) -> Iterator[str]:
    hashed = [
        (message.id, origin.hashed_id)
        for message, origin in _all_messages(explanation)
        if origin.hashed_id is not None
    ]
    if hashed:
        yield f"ids that are illegal, so that a hash stands in for them: {len(hashed)}"
        yield from (f"  {id}  {_cut(text)}" for id, text in hashed)


def _all_messages(explanation: Explanation) -> Iterator[tuple[Message, MessageOrigin]]:
    """Yield the messages of all records that are sent, each once."""
    for explained in explanation.records:
        for place, pair in enumerate(_messages(explained)):
            if place not in explained.repeated:
                yield pair


def _cut(text: str) -> str:
    text = _printable(text)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _rows(explained: ExplainedRecord, config: Config) -> Iterator[tuple[str, ...]]:
    """Yield a row for each message or problem of a record; only the first has the cells of the record."""
    record = explained.routed.record
    name = f"{record.position} {record.id}" + ("" if record.sub is None else f" ({record.sub})")
    outcome = (
        f"{explained.outcome}: {explained.reason}" if explained.outcome == RETURNED else explained.outcome
    )
    messages = [
        _message(message, repeated=place in explained.repeated)
        for place, message in enumerate(explained.routed.messages)
    ]
    details = messages + [(_problem(problem),) for problem in explained.routed.problems]
    first = (_shortened(name), _shortened(_route(explained, config)), outcome)
    for number, detail in enumerate(details or [()]):
        yield (*(first if number == 0 else ("", "", "")), *detail)


def _message(message: Message, *, repeated: bool) -> tuple[str, ...]:
    return (
        message.id + (" (repeated)" if repeated else ""),
        message.input,
        str(len(message.payload)),
        "-" if message.key is None else _printable(message.key),
        _time(message.timestamp),
    )


def _problem(problem: Problem) -> str:
    name = problem.message_id or problem.index or ""
    if problem.line is not None:
        name = f"line {problem.line}" + (f", {problem.message_id}" if problem.message_id else "")
    label = f"{name}: " if name else ""
    return _printable(f"{label}{problem.reason}")


def _route(explained: ExplainedRecord, config: Config) -> str:
    route = explained.routed.route
    if route is None:
        return ", ".join(map(str, sorted(explained.routed.line_routes))) or "-"
    when = config.routes[route].when
    return f"{route} when {when.text}" if when else str(route)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the rows in columns; the last cell of a short row, which is a text, widens none."""
    widths = [
        max((len(row[column]) for row in rows if len(row) > column + (column == 3)), default=0)
        for column in range(len(_HEAD))
    ]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


def _shortened(text: str) -> str:
    """Return the text without its middle, if it is long: sequence numbers differ at their ends."""
    text = _printable(text)
    return text if len(text) <= 44 else f"{text[:15]}...{text[-26:]}"


def _printable(text: str) -> str:
    """Return the text with unprintable characters escaped, which would disturb a terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _time(milliseconds: int) -> str:
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return str(milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
