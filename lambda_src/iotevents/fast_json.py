"""Fast reading and writing of ordinary JSON; anything else is left to a stricter reader."""

from collections.abc import Iterable
from typing import Any, Final

import orjson

MAX_LEVELS: Final = 8
"""Levels of an ordinary document."""
MAX_INTEGER: Final = 2**63 - 1
_BEYOND: Final = 2.0**63
"""orjson makes a number of that size, a double, of an integer that does not fit in 64 bit."""


def read_plain(text: str | bytes) -> dict[str, Any] | None:
    """Return the object of a text that is certainly a valid payload; None if that needs a closer look.

    The object has strings of whole characters, integers of 64 bit, finite numbers below 2^63 and few levels,
    decoded as by the standard library.
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return document if type(document) is dict and _are_plain(document.values(), MAX_LEVELS) else None


def compact(value: Any) -> str:
    """Return compact JSON of a value like those of `read_plain`, at any depth of a payload."""
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
