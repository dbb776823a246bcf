"""Rates of the forwarder and of its alternatives, against a target on this machine.

    .venv/bin/python -m benchmarks.forwarder [--rounds N] [--starts N]

Everything is compared within one run and in turns; the figures are medians.
"""

import argparse
import os
from collections.abc import Iterator, Sequence

from benchmarks import contestants
from benchmarks.batches import batch
from benchmarks.cold_start import cold_start
from benchmarks.contestants import RECORDS, Contestant
from benchmarks.goals import Goal
from benchmarks.loopback import Target, target
from benchmarks.measuring import Runs, calls, middle, per_call, per_record, rate, ratio, take_turns
from benchmarks.peak_memory import peak_memory
from benchmarks.processes import FUNCTION

FEW = {20: 400, 0: contestants.FEW}
"""Records for what sends one at a time, by the target's latency in milliseconds."""


def main() -> None:
    """Print the comparisons, then which of the goals were met."""
    options = argparse.ArgumentParser(description="Measure the forwarder.")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--starts", type=int, default=15)
    arguments = options.parse_args()
    os.environ.update(FUNCTION)
    with target() as running:
        goals = [
            *_one_worker(running, arguments.rounds),
            *(goal for latency in FEW for goal in _all_ways(running, latency, arguments.rounds)),
            *_memory(running),
            *_cold_start(arguments.starts),
        ]
    print("\nGoals", *goals, sep="\n")


def _one_worker(running: Target, rounds: int) -> Iterator[Goal]:
    ways = list(contestants.one_worker(running.url(0)))
    runs = take_turns(ways, running, rounds)
    _print_table("One worker, no latency", ways, runs, "bare")
    most = max(run.calls - way.bound for way, taken in zip(ways, runs, strict=True) for run in taken)
    yield Goal("calls beyond the bound, key, one worker", most, at_most=0)
    yield Goal("CPU of a full call, times bare boto3's", ratio(runs[1], runs[0], per_call), at_most=1.5)


def _all_ways(running: Target, latency: int, rounds: int) -> Iterator[Goal]:
    ways = list(contestants.all_ways(running.url(latency), FEW[latency]))
    runs = take_turns(ways, running, rounds)
    _print_table(f"{latency} ms of latency", ways, runs, "loop")
    if latency:
        by_name = {way.name: taken for way, taken in zip(ways, runs, strict=True)}
        for workers, minimum in ((8, 55), (16, 80)):
            ours = by_name[contestants.name("key", 5_000, workers)]
            text = f"records/s at {latency} ms with 5 000 keys and {workers} workers, times the loop's"
            yield Goal(text, ratio(ours, runs[0], rate), at_least=minimum)


def _print_table(title: str, ways: Sequence[Contestant], runs: Sequence[Runs], first: str) -> None:
    """Print the medians of all contestants, and the ratio of their rates to the first one's."""
    print(f"\n{title:44}{'records':>8}{'records/s':>11}{'x ' + first:>8}{'calls':>7}{'bound':>7}", end="")
    print(f"{'CPU ms/call':>13}{'CPU ms/record':>15}")
    for way, taken in zip(ways, runs, strict=True):
        print(f"{way.name:44}{way.records:8}{middle(taken, rate):11,.0f}", end="")
        print(f"{ratio(taken, runs[0], rate):8.1f}{middle(taken, calls):7.0f}{way.bound:7}", end="")
        print(f"{middle(taken, per_call):13.2f}{middle(taken, per_record):15.3f}", flush=True)


def _memory(running: Target) -> Iterator[Goal]:
    peaks = peak_memory(batch(RECORDS, 5_000), running.url(0))
    print(f"\n{f'Peak memory, {RECORDS} records, 5000 keys':44}{'MiB':>8}")
    for name, peak in peaks.items():
        print(f"{name:44}{peak:8.0f}")
    yield Goal(f"MiB for {RECORDS} records", peaks["forwarder"], at_most=120)


def _cold_start(starts: int) -> Iterator[Goal]:
    measured = cold_start(starts)
    print(f"\n{'Cold start':44}{'ms':>8}{'CPU ms':>11}")
    print(f"{'boto3, a client, Logger, Metrics':44}{measured.parts.wall:8.0f}{measured.parts.cpu:11.0f}")
    name = "forwarder, with an empty event"
    print(f"{name:44}{measured.function.wall:8.0f}{measured.function.cpu:11.0f}")
    yield Goal("cold start, times that of its parts", measured.wall_ratio, at_most=1.15)
    yield Goal("its CPU time, times that of its parts", measured.cpu_ratio, at_most=1.15)


if __name__ == "__main__":
    main()
