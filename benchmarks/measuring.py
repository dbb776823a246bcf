"""Time measurement of several ways in turns, so that other load on the machine meets all alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

from benchmarks.contestants import Contestant
from benchmarks.loopback import Target


@dataclass(frozen=True, slots=True)
class Run:
    """Measurement of one event; the target counted `calls`, `wall` and `cpu` (this process) are seconds."""

    records: int
    calls: int
    wall: float
    cpu: float


Runs = Sequence[Run]


def take_turns(contestants: Sequence[Contestant], target: Target, rounds: int) -> list[Runs]:
    """Return so many runs of each; in every round all take their turn."""
    taken = [[_run(contestant, target) for contestant in contestants] for _ in range(rounds)]
    return [list(runs) for runs in zip(*taken, strict=True)]


def rate(run: Run) -> float:
    """Return records a second."""
    return run.records / run.wall


def calls(run: Run) -> float:
    """Return the number of calls that arrived."""
    return run.calls


def per_call(run: Run) -> float:
    """Return CPU milliseconds a call."""
    return run.cpu / run.calls * 1000


def per_record(run: Run) -> float:
    """Return CPU milliseconds a record."""
    return run.cpu / run.records * 1000


def middle(runs: Runs, figure: Callable[[Run], float]) -> float:
    """Return the median of a figure."""
    return median(map(figure, runs))


def ratio(runs: Runs, others: Runs, figure: Callable[[Run], float]) -> float:
    """Return the median over the rounds of a figure's ratio to the other's of the same round."""
    return median(figure(run) / figure(other) for run, other in zip(runs, others, strict=True))


def _run(contestant: Contestant, target: Target) -> Run:
    before, cpu, wall = target.counts(), process_time(), perf_counter()
    contestant.way(contestant.event)
    wall, cpu, after = perf_counter() - wall, process_time() - cpu, target.counts()
    if after.messages - before.messages != contestant.records:
        raise SystemExit(f"{contestant.name}: {contestant.records} records, but not as many messages came")
    return Run(contestant.records, after.calls - before.calls, wall, cpu)
