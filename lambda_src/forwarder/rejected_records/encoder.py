"""Rejected-record document: all that is known of a record which can never be accepted, as one SQS body.

It is JSON in ASCII, so that it holds only characters that a queue takes. A document has to fit into a queue's
message, and a SendMessageBatch as a whole (Amazon SQS API reference, SendMessage: 1 MiB). The data are
plain if they fit so, else gzipped; the problems are shortened before anything of the record is. What still is
too large is cut and marked `truncated`: such a document says which record it was, but cannot replace it.
"""

import gzip
import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from forwarder.records import Problem, Record, Source

VERSION = 1
LIMIT = 1024 * 1024
"""Bytes of a message, and of a whole SendMessageBatch."""
MIN_LIMIT = 256 * 1024
"""The smallest limit that every record can be made to fit in: what queues took before they took LIMIT."""
HEAD = 64 * 1024
"""Bytes kept of data that are too large even when gzipped."""
MAX_DATA = 16 * 1024 * 1024
"""Bytes of data at most that are gzipped, and unpacked again: more than an event can bring (6 MB)."""

MAX_PROBLEMS = 20
PROBLEM_TEXT = 200
OTHER_TEXT = 1000
"""Remains of shortening: the number of problems, the characters of their texts and of other texts."""

EPOCH = datetime.fromtimestamp(0, UTC)
Members = dict[str, Any]


def encode_record(record: Record, problems: Sequence[Problem], now: int, limit: int = LIMIT) -> str:
    """Return the document of a record that was rejected at `now` (epoch ms), in ASCII.

    It has at most `limit` characters, if that is not below MIN_LIMIT.
    """
    written = ""
    for form in _forms(record, problems, now, limit):
        written = json.dumps(form, separators=(",", ":"))
        if len(written) <= limit:
            break
    return written


def original(record: Record) -> bytes:
    """Return the record's bytes as its source has them: an SQS body as it stands in the event, Kinesis data
    without base64 (of a KPL sub-record its own).
    """
    if record.source is Source.KINESIS:
        return record.data
    body = record.event.get("body")
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else b""


def _forms(record: Record, problems: Sequence[Problem], now: int, limit: int) -> Iterator[Members]:
    """Yield the document in ever smaller forms, the complete one first."""
    data = original(record)
    identity = _identity(record, now)
    complete = {"rejected": [_problem(problem) for problem in problems], **_remarks(problems, len(problems))}
    few = _few(problems)
    if len(data) <= limit:
        yield identity | _plain(data) | complete
    if len(data) <= MAX_DATA:
        packed = {"encoding": "gzip+base64", "data": _base64(gzip.compress(data, mtime=0))}
        yield identity | packed | complete
        yield identity | packed | few
    yield identity | _cut(data) | few
    yield _bare(identity) | _cut(data) | few


def _identity(record: Record, now: int) -> Members:
    """Return the members that identify a record, and those that its source gives beside the data.

    Members that it does not have are left out.
    """
    attributes = _mapping(record.event.get("attributes"))
    optional = {
        "subIndex": record.sub,
        "partitionKey": record.key if record.source is Source.KINESIS else None,
        "messageGroupId": attributes.get("MessageGroupId"),
        "messageDeduplicationId": attributes.get("MessageDeduplicationId"),
        "arrivalTime": record.arrival,
        "eventId": record.event.get("eventID") or None,
        "attributes": attributes or None,
        "messageAttributes": _mapping(record.event.get("messageAttributes")) or None,
    }
    required = {"version": VERSION, "time": _rfc3339(now), "sourceArn": record.arn, "recordId": record.id}
    return required | {name: value for name, value in optional.items() if value is not None}


def _bare(identity: Members) -> Members:
    """Return the identity without attributes and with shortened texts."""
    return {
        name: value[:OTHER_TEXT] if isinstance(value, str) else value
        for name, value in identity.items()
        if not isinstance(value, Mapping)
    }


def _plain(data: bytes) -> Members:
    try:
        return {"encoding": "text", "data": data.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "data": _base64(data)}


def _cut(data: bytes) -> Members:
    return {
        "encoding": "base64",
        "data": _base64(data[:HEAD]),
        "truncated": True,
        "length": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _problem(problem: Problem, limit: int | None = None) -> Members:
    # What a target wrote may hold halves of surrogate pairs.
    text = problem.reason.text[:limit].encode("utf-8", "replace").decode()
    message_id = {} if problem.message_id is None else {"messageId": problem.message_id}
    return {**_place(problem), **message_id, "code": problem.reason.code, "text": text}


def _few(problems: Sequence[Problem]) -> Members:
    first = [_problem(problem, PROBLEM_TEXT) for problem in problems[:MAX_PROBLEMS]]
    return {"rejected": first, **_remarks(problems, len(first))}


def _remarks(problems: Sequence[Problem], written: int) -> Members:
    """Return the number of problems, if not all are written, and whether they are those of single lines."""
    count = len(problems) + sum(problem.omitted for problem in problems)
    by_line = any(problem.line is not None for problem in problems)
    return ({"rejectedCount": count} if count > written else {}) | (
        {"otherLinesSent": True} if by_line else {}
    )


def _place(problem: Problem) -> Members:
    if problem.line is None:
        return {"index": problem.index}
    return {"index": problem.line} | ({"element": problem.index} if problem.index else {})


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _rfc3339(milliseconds: int) -> str:
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
