"""The coverage of all simulations of this process, for the pytest plugin."""

from iotevents.testing.coverage import Coverage, ReachedPlaces, total


class RunCoverage:
    """Collector of the places that all simulations reach; it keeps nothing until it is started."""

    def __init__(self) -> None:
        self._started = False
        self._simulations: list[ReachedPlaces] = []
        self._elsewhere: list[Coverage] = []

    def start(self) -> None:
        """Keep what simulations reach that begin from now on."""
        self._started = True

    def add(self, reached: ReachedPlaces) -> None:
        """Keep what a simulation reaches from now on."""
        if self._started:
            self._simulations.append(reached)

    def add_elsewhere(self, coverage: Coverage) -> None:
        """Keep the coverage of another process."""
        self._elsewhere.append(coverage)

    def coverage(self) -> Coverage:
        """Return the sum of all coverage."""
        return total([*(reached.coverage() for reached in self._simulations), *self._elsewhere])


RUN_COVERAGE = RunCoverage()
