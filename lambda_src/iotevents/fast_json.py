"""JSON of the usual kind, read and written fast; what is unusual is left to those who judge it."""

from collections.abc import Iterable
from typing import Any, Final

import orjson

from iotevents.expressions.limits import MAX_INTEGER

MAX_LEVELS: Final = 8
"""How deep a usual document is."""
_BEYOND: Final = 2.0**63
"""orjson makes a number of that size, a double, of an integer that does not fit in 64 bit."""


def read_plain(text: str | bytes) -> dict[str, Any] | None:
    """The object that a text is, if it is surely right; None if that has to be looked at more closely.

    What is given has strings of whole characters, integers of 64 bit, finite numbers below 2^63 and few
    levels: all that a payload may hold, and decoded as the standard library does it.
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return document if type(document) is dict and _are_plain(document.values(), MAX_LEVELS) else None


def compact(value: Any) -> str:
    """Compact JSON of a value that holds what `read_plain` gives, at any depth of a payload."""
    return orjson.dumps(value).decode()


def _are_plain(values: Iterable[Any], levels: int) -> bool:
    for value in values:
        kind = type(value)
        if kind is str or kind is bool or value is None:
            continue
        if kind is float:
            if not -_BEYOND < value < _BEYOND:
                return False
        elif kind is int:
            if value > MAX_INTEGER:
                return False
        elif not levels or not _are_plain(value.values() if kind is dict else value, levels - 1):
            return False
    return True
