"""What the sending of one invocation cost."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class CallStats:
    """Calls, retries, throttles, faults."""

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
    """What is wrong with the configuration, in words."""
    deadline_stops: int = 0

    @property
    def calls(self) -> int:
        """How many calls came to an end."""
        return len(self.sizes)

    def note_fault(self, fault: str) -> None:
        """Keep a fault of the configuration once."""
        if fault not in self.faults:
            self.faults.append(fault)
