"""How many calls may be in flight: fewer when the target throttles, more again when it does not."""


class ConcurrencyLimiter:
    """Halves the limit on throttling, and raises it by one after each clean round (`limit` calls in a row).

    Calls that were in flight together are throttled together: they halve it once.
    """

    def __init__(self, most: int) -> None:
        self.limit = most
        self._most = most
        self._clean = 0
        self._deaf = 0

    def note(self, *, throttled: bool, in_flight: int) -> None:
        """Take in how a call ended; `in_flight` are the others that are under way."""
        if throttled:
            self._slow_down(in_flight)
            return
        self._deaf = max(0, self._deaf - 1)
        self._clean += 1
        if self._clean >= self.limit:
            self.limit = min(self._most, self.limit + 1)
            self._clean = 0

    def _slow_down(self, in_flight: int) -> None:
        self._clean = 0
        if self._deaf:
            self._deaf -= 1
            return
        self.limit = max(1, self.limit // 2)
        self._deaf = in_flight
