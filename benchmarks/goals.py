"""The figures that the forwarder is to reach."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A measured figure and its limit."""

    text: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Return whether the figure is within its limit."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def __str__(self) -> str:
        """Return the figure, its limit, and whether it is met."""
        limit = f"at most {self.at_most:g}" if self.at_least is None else f"at least {self.at_least:g}"
        return f"{self.text:70}{self.value:8.2f}  {limit:14} {'met' if self.met else 'MISSED'}"
