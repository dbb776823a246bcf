"""Statistics of the calls of one invocation."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class CallStats:
    """Calls, retries, throttles and faults of an invocation."""

    sizes: list[int] = field(default_factory=list)
    """Messages of each call, in the order in which the calls ended."""
    latencies: list[float] = field(default_factory=list)
    """Milliseconds of each call."""
    retries: int = 0
    """Messages that were sent again."""
    throttles: int = 0
    """Calls that were throttled, whole or in part."""
    failures: Counter[str] = field(default_factory=Counter)
    """Failed calls and entries by code."""
    faults: list[str] = field(default_factory=list)
    """Faults of the configuration, in words."""
    deadline_stops: int = 0

    @property
    def calls(self) -> int:
        """Return the number of calls that ended."""
        return len(self.sizes)

    def note_fault(self, fault: str) -> None:
        """Add a fault of the configuration, once."""
        if fault not in self.faults:
            self.faults.append(fault)
