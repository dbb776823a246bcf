"""Parse the lines of a messages file: messages and operations, each with its time.

Such lines are:

    {"time": 1700000000000, "inputName": "Pump", "messageId": "a-1", "payload": {"pressure": 80}}
    {"time": "2023-11-14T22:13:20Z", "operation": "BatchDeleteDetector", "request": {"detectors": [...]}}
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from iotevents.engine.message_payload import PayloadError, check_values
from iotevents.fast_json import read_plain

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

LAST_TIME: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""

MESSAGE_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class MessageLine(NamedTuple):
    """Message; the payload is decoded JSON."""

    time: int
    input: str
    message_id: str | None
    payload: dict[str, Any]


class OperationLine(NamedTuple):
    """Call of a data-plane operation; the request is the document of its body."""

    time: int
    operation: str
    request: Any


class BadLine(NamedTuple):
    """Invalid line: the reason, and the members that could be read."""

    time: int | None
    input: str | None
    message_id: str | None
    reason: str


Line: TypeAlias = MessageLine | OperationLine | BadLine
LINES: Final = (MessageLine, OperationLine, BadLine)


def read_line(text: str) -> Line:
    """Parse the text of a line; return a BadLine if it is not JSON, or no line."""
    plain = read_plain(text)
    if plain is not None:
        return _line(plain, values_are_right=True)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BadLine(None, None, None, f"The line is not JSON: {error}")
    return parse_line(document)


def parse_line(document: Any) -> Line:
    """Parse the decoded document of a line; return a BadLine if it is no line."""
    if not isinstance(document, dict):
        return BadLine(None, None, None, "The line is not a JSON object")
    return _line(document, values_are_right=False)


def _line(document: dict[str, Any], *, values_are_right: bool) -> Line:
    time = document.get("time")
    if type(time) is not int or not 0 <= time <= LAST_TIME:
        try:
            time = time_of(time)
        except ValueError as error:
            return _bad(document, None, str(error))
    operation = document.get("operation")
    line = _message(document, time) if operation is None else _operation(document, time, operation)
    if values_are_right or type(line) is BadLine:
        return line
    wrong = _wrong_values(document.get("payload" if operation is None else "request"))
    return line if wrong is None else _bad(document, time, wrong)


def time_of(value: Any) -> int:
    """Convert a time to epoch milliseconds: a number, or ISO 8601 (no zone is UTC). Raise ValueError."""
    if isinstance(value, str):
        value = _iso_time(value)
    if type(value) in (int, float) and 0 <= value <= LAST_TIME:
        return int(value)
    raise ValueError(
        f"The time must be epoch milliseconds or ISO 8601, from 1970 to 9999; it is {value!r:.60}"
    )


def time_text(time: int) -> str:
    """Return epoch milliseconds as ISO 8601 in UTC."""
    moment = EPOCH + timedelta(milliseconds=time)
    return moment.isoformat(timespec="milliseconds" if time % 1000 else "seconds").replace("+00:00", "Z")


def _iso_time(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"The time must be epoch milliseconds or ISO 8601 (2023-11-14T22:13:20Z), not {text!r:.60}"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _message(document: dict[str, Any], time: int) -> Line:
    name, message_id, payload = document.get("inputName"), document.get("messageId"), document.get("payload")
    if not isinstance(name, str):
        return _bad(document, time, "The line has neither an inputName nor an operation")
    if message_id is not None and not (isinstance(message_id, str) and MESSAGE_ID.fullmatch(message_id)):
        return _bad(document, time, "The messageId must have 1 to 64 letters, digits, - and _")
    if not isinstance(payload, dict):
        return _bad(document, time, "The payload is not a JSON object")
    return MessageLine(time, name, message_id, payload)


def _operation(document: dict[str, Any], time: int, operation: Any) -> Line:
    if not isinstance(operation, str):
        return _bad(document, time, "The operation must be the name of a data-plane operation")
    return OperationLine(time, operation, document.get("request"))


def _wrong_values(value: Any) -> str | None:
    try:
        check_values(value)
    except PayloadError as error:
        return str(error)
    return None


def _bad(document: dict[str, Any], time: int | None, reason: str) -> BadLine:
    name, message_id = document.get("inputName"), document.get("messageId")
    return BadLine(
        time,
        name if isinstance(name, str) else None,
        message_id if isinstance(message_id, str) else None,
        reason,
    )
