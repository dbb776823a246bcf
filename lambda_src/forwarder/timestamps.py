"""Timestamps in the data and in the event: epoch seconds to nanoseconds by their size, or ISO 8601."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

_FIRST_MILLISECONDS = 10**11
"""Smaller numbers are seconds: as such this is the year 5138, as milliseconds 1973."""
_FIRST_MICROSECONDS = 10**14
_FIRST_NANOSECONDS = 10**17

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
FIRST = (datetime(2000, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
"""The first legal time, epoch milliseconds: compact dates (202611302015) read as numbers lie before it …"""
END = (datetime(2101, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
"""… or after the year 2100, where the legal times end."""

_ISO_8601 = re.compile(
    r"[0-9]{4}(?:-[0-9]{2}-[0-9]{2}|[0-9]{4}|-W[0-9]{2}(?:-[0-9])?|W[0-9]{2,3})"
    r"(?:[T ][0-9:.,]+(?:Z|[-+][0-9:]+)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


def read_timestamp(value: Any) -> int | None:
    """Return epoch milliseconds; None for a value that is no time, or not of the years 2000 to 2100.

    Text of eight digits is a date (ISO 8601); text of another number of digits is that number.
    """
    milliseconds = _milliseconds(value)
    return milliseconds if milliseconds is not None and FIRST <= milliseconds < END else None


def _milliseconds(value: Any) -> int | None:
    if isinstance(value, str):
        return _from_text(value)
    if type(value) is int or (type(value) is float and 0 < value < math.inf):
        return _from_number(value)
    return None


def _from_number(value: float) -> int:
    if value < _FIRST_MILLISECONDS:
        return round(value * 1000)
    if value < _FIRST_MICROSECONDS:
        return int(value)
    return int(value) // (1000 if value < _FIRST_NANOSECONDS else 1_000_000)


def _from_text(text: str) -> int | None:
    if not _ISO_8601.fullmatch(text):
        return _from_digits(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND


def _from_digits(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    return _from_number(float(text) if match[1] else int(text))
