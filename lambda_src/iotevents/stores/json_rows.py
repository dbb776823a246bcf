"""Rows of JSON that hold many values each."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from iotevents.fast_json import compact

LARGEST: Final = 16 * 2**20
"""Characters of a row, unless a single value is longer; SQLite takes up to a billion bytes."""


def in_rows(values: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """Yield the count and the JSON text of as few rows as the values fit in, mostly one."""
    text = compact(values)
    if len(text) <= LARGEST or len(values) == 1:
        yield len(values), text
        return
    middle = len(values) // 2
    yield from in_rows(values[:middle])
    yield from in_rows(values[middle:])
