"""Timestamps in the data: epoch seconds, epoch milliseconds or ISO 8601."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from forwarder.records import LAST_TIMESTAMP

_FIRST_MILLISECONDS = 10**11
"""Smaller numbers are seconds: as such this is the year 5138, as milliseconds 1973."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_ISO_8601 = re.compile(r"[0-9]{4}[-0-9W]+([T ][0-9:.,]+(Z|[-+][0-9:]+)?)?", re.ASCII)


def read_timestamp(value: Any) -> int | None:
    """Return epoch milliseconds; None for a value that is no time, or none that the target takes."""
    milliseconds = _milliseconds(value)
    return milliseconds if milliseconds is not None and 1 <= milliseconds <= LAST_TIMESTAMP else None


def _milliseconds(value: Any) -> int | None:
    if isinstance(value, str):
        return _from_text(value)
    if type(value) is int:
        return value * 1000 if value < _FIRST_MILLISECONDS else value
    if type(value) is float and 0 < value < math.inf:  # a large negative one times 1000 is no number any more
        return round(value * 1000) if value < _FIRST_MILLISECONDS else int(value)
    return None


def _from_text(text: str) -> int | None:
    if not _ISO_8601.fullmatch(text):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)
