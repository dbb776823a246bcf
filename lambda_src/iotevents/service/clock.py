"""The wall clock, for those at the outer end who pass `now` to everything else."""

import time


def wall_clock() -> int:
    """Return epoch milliseconds."""
    return time.time_ns() // 1_000_000
