"""Message ids: a record always has the same ids, so that the target recognises a repetition."""

import hashlib
import re
from typing import Any

from forwarder.decoding import strict_json
from forwarder.records import Record, Source

MAX_LENGTH = 64
_LEGAL = re.compile(rf"[a-zA-Z0-9_-]{{1,{MAX_LENGTH}}}")
"""MessageId of BatchPutMessage."""


def derived_id(record: Record) -> str:
    """Return an id derived from the identity of a record: its source and its number there."""
    if record.source is not Source.KINESIS:
        return _legal(record.id)
    place = str(record.event.get("eventID") or record.id)
    return _digest("\n".join((record.arn, place, "" if record.sub is None else str(record.sub))))


def id_from_data(value: Any) -> str | None:
    """Return the id for a value of the data; None for null and empty text. Raises Rejection."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else strict_json.dump(value).decode()
    return _legal(text) if type(value) in (str, int, float) else _digest(text)


def part_id(base: str, *positions: int) -> str:
    """Return the id of a part of a record: `base` with the part's positions, the outermost first."""
    suffix = "".join([f"-{position}" for position in positions])
    return (base if len(base) + len(suffix) <= MAX_LENGTH else _digest(base)) + suffix


def _legal(text: str) -> str:
    return text if _LEGAL.fullmatch(text) else _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
