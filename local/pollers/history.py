"""History of a poller: invocations in order, and the end of each record."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.lambda_runtime.events import Event
from local.pollers.verdicts import Verdict

Invoke = Callable[[Event, float], Any]
"""The function: event and seconds until its timeout in, response out; raising is a function error."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """Invocation of the function; `at` is virtual seconds since the poller started."""

    at: float
    event: Event
    ids: tuple[str, ...]
    response: Any
    verdict: Verdict
    shard: int = 0

    @property
    def done(self) -> list[str]:
        """Return the records that Lambda took for done after it (SQS; for Kinesis see `History.done`)."""
        return [record for record in self.ids if record not in self.verdict.failed]


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records of a shard that were given up, as reported to the on-failure destination."""

    shard: int
    ids: tuple[str, ...]
    condition: str
    """`RetryAttemptsExhausted` or `RecordAgeExceeded`."""


@dataclass(frozen=True, slots=True)
class History:
    """Whole run. Each record ends in one of: done, dead (SQS), discarded (Kinesis), pending (bound hit)."""

    invocations: tuple[Invocation, ...]
    done: tuple[str, ...]
    """In the order in which they were deleted or passed by the checkpoint."""
    dead: tuple[str, ...] = ()
    """Moved to the dead-letter queue, in order."""
    discarded: tuple[Discarded, ...] = ()
    pending: tuple[str, ...] = ()

    @property
    def deliveries(self) -> Counter[str]:
        """Return the number of deliveries of each record."""
        return Counter(record for invocation in self.invocations for record in invocation.ids)

    @property
    def order(self) -> list[str]:
        """Return the records in the order of their deliveries, repeated where they came back."""
        return [record for invocation in self.invocations for record in invocation.ids]

    @property
    def errors(self) -> list[str]:
        """Return the errors of invocations that failed as a whole."""
        return [
            invocation.verdict.error
            for invocation in self.invocations
            if invocation.verdict.error is not None
        ]
