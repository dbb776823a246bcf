"""Batches of what calls take a few at a time."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_batches(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Return the items in their order, `size` together; the last batch may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
