"""The function's own summary lines, read out of its log."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any


def parse(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return the summaries among the lines of a log: one JSON object for each invocation."""
    return [line for line in objects(lines) if "records" in line and "message" in line]


def objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects among the lines of a log."""
    for line in lines:
        with suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict):
                yield value
