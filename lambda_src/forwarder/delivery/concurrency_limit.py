"""Number of calls in flight: fewer when the target throttles, more again when it does not (AIMD)."""


class ConcurrencyLimiter:
    """Limit of calls in flight, halved on throttling and raised by one after each round without it.

    A round is `limit` calls in a row. Calls that were in flight together are throttled together: they halve
    the limit once.
    """

    def __init__(self, maximum: int) -> None:
        self.limit = maximum
        self._maximum = maximum
        self._clean = 0
        self._ignored = 0

    def note(self, *, throttled: bool, in_flight: int) -> None:
        """Adapt the limit to how a call ended; `in_flight` is the number of other calls under way."""
        if throttled:
            self._slow_down(in_flight)
            return
        self._ignored = max(0, self._ignored - 1)
        self._clean += 1
        if self._clean >= self.limit:
            self.limit = min(self._maximum, self.limit + 1)
            self._clean = 0

    def _slow_down(self, in_flight: int) -> None:
        self._clean = 0
        if self._ignored:
            self._ignored -= 1
            return
        self.limit = max(1, self.limit // 2)
        self._ignored = in_flight
