"""How long a timer runs."""

from typing import Final

from iotevents.expressions import Value, describe, type_name

# Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-quotas.html and
# https://docs.aws.amazon.com/iotevents/latest/apireference/API_SetTimerAction.html
MIN_DURATION: Final = 60
MAX_DURATION: Final = 31_622_400


class DurationError(ValueError):
    """A value that is no duration of a timer; the text says why."""


def period_of(seconds: Value) -> int:
    """The milliseconds of a duration, which is rounded down to whole seconds.

    Raises DurationError if it is not a number from MIN_DURATION to MAX_DURATION.
    """
    if type(seconds) is not int and type(seconds) is not float:
        found = type_name(seconds) if isinstance(seconds, (list, dict)) else describe(seconds)
        raise DurationError(f"the duration could not be evaluated to a number, it is {found}")
    whole = int(seconds // 1)
    if not MIN_DURATION <= whole <= MAX_DURATION:
        size = "less than" if whole < MIN_DURATION else "greater than"
        limit = MIN_DURATION if whole < MIN_DURATION else MAX_DURATION
        raise DurationError(
            f"the duration of {whole} s is {size} {limit}; use {MIN_DURATION} to {MAX_DURATION} seconds"
        )
    return whole * 1000
