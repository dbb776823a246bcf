"""Batches for calls that take a limited number of items."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_batches(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Return the items in order, in batches of `size`; the last batch may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
