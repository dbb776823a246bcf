"""An outage of the endpoint that lasts for some time, whatever the number of calls."""

from math import inf
from time import monotonic


class Outage:
    """Container of the calls to an `OutageProxy` that fail: those from `begin` to the end of `end_in`."""

    def __init__(self) -> None:
        self._end = 0.0

    def begin(self) -> None:
        """Let the calls fail from now on."""
        self._end = inf

    def end_in(self, seconds: float) -> None:
        """Let them fail for some more seconds."""
        self._end = monotonic() + seconds

    def __contains__(self, number: object) -> bool:
        return monotonic() < self._end
