"""An outage of the endpoint that lasts for some time, whatever the number of calls."""

from time import monotonic


class Outage:
    """As the `outage` of a `local.front.Front`: it holds every call from `begin` on, for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = 0.0

    def begin(self) -> None:
        """Let the calls fail from now on."""
        self._end = monotonic() + self._seconds

    def __contains__(self, number: object) -> bool:
        return monotonic() < self._end
