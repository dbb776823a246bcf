"""Times and durations as tests write them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from iotevents.recordings.messages_file import time_of

Time: TypeAlias = int | float | str | datetime
"""Epoch milliseconds, ISO 8601 or a datetime; no zone is UTC."""

Duration: TypeAlias = str | timedelta
"""Text like `1h30m`, or a timedelta."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
UNITS: Final = (86_400_000, 3_600_000, 60_000, 1_000, 1)
DURATION: Final = re.compile(
    "(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?", re.ASCII
)


def epoch_milliseconds(time: Time) -> int:
    """Return the epoch milliseconds of a time. Raises ValueError."""
    return time_of(time.isoformat() if isinstance(time, datetime) else time)


def moment(milliseconds: int) -> datetime:
    """Return the datetime in UTC of epoch milliseconds."""
    return EPOCH + milliseconds * MILLISECOND


def iso_text(milliseconds: int) -> str:
    """Return the ISO 8601 text of epoch milliseconds."""
    timespec = "milliseconds" if milliseconds % 1000 else "seconds"
    return moment(milliseconds).isoformat(timespec=timespec).replace("+00:00", "Z")


def duration_milliseconds(duration: Duration) -> int:
    """Return the milliseconds of a duration. Raises ValueError if there is none, or a negative one."""
    if isinstance(duration, timedelta):
        if duration < timedelta():
            raise ValueError(f"The clock never runs backwards: {duration} is less than nothing")
        return duration // MILLISECOND
    parts = DURATION.fullmatch(duration) if isinstance(duration, str) and duration else None
    if parts is None:
        raise ValueError(
            f"A duration must be a timedelta or text like 1h30m, 90s or 500ms (units d, h, m, s, ms in this "
            f"order), not {duration!r:.60}"
        )
    return sum(int(count or 0) * unit for count, unit in zip(parts.groups(), UNITS, strict=True))
