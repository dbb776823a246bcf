"""Checks of the times of a recording: what can hardly be meant is warned of, and runs all the same."""

import logging
from collections.abc import Iterable, Iterator
from typing import Final

from iotevents.recordings.messages_file import Line, time_text

logger = logging.getLogger(__name__)

SECONDS: Final = range(10**8, 10**11)
"""Times in milliseconds before 1973-03-03 that are likely seconds: those of 1973 to 5138."""
FAR: Final = 366 * 24 * 3600 * 1000
"""Milliseconds from one line to the next from which on a time is told."""
MAX_WARNINGS: Final = 10
"""Lines that are told; those behind them are only counted."""


def check_times(lines: Iterable[tuple[int, Line]]) -> Iterator[Line]:
    """Yield numbered lines without their numbers; log a warning of each whose time can hardly be meant.

    Time is compared with that of the line before.
    """
    warned = 0
    before: int | None = None
    for number, line in lines:
        if line.time is not None:
            if text := _doubt(line.time, before):
                warned += 1
                if warned <= MAX_WARNINGS:
                    logger.warning("line %s: %s", number, text)
            before = line.time
        yield line
    if warned > MAX_WARNINGS:
        logger.warning("%s further lines have such times", f"{warned - MAX_WARNINGS:,}")


def _doubt(time: int, before: int | None) -> str:
    if time in SECONDS and (before is None or before not in SECONDS):
        return f"the time {time} is {time_text(time)}; are these seconds? Times are epoch milliseconds"
    if before is not None and abs(time - before) > FAR:
        days = abs(time - before) // 86_400_000
        return f"the time {time_text(time)} is {days:,} days from that of the line before"
    return ""
