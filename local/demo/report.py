"""The end of the demo: tables of what happened, and the checks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from local.demo.detectors import DetectorSnapshot
from local.demo.scenario import Scenario
from local.demo.verification import Check, Rejected, Stored
from local.pollers import History

_SHOWN = 5
"""Findings of a check that are printed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Results of a run."""

    scenario: Scenario
    histories: Mapping[str, History]
    stored: Sequence[Stored]
    rejected: Sequence[Rejected]
    live: DetectorSnapshot
    """Detectors and actions of the endpoint."""
    replayed: DetectorSnapshot
    """The same after a replay of the endpoint's journal."""
    in_order: DetectorSnapshot
    """The same if every reading had arrived at its time."""
    calls: int
    """BatchPutMessage calls that reached the proxy."""
    failed_calls: int
    """Calls that the proxy failed or left without an answer."""
    sent_again: int
    """Messages that the function sent again within an invocation, by its own summary lines."""
    seconds: float


def show(console: Console, run: Run, checks: Sequence[Check]) -> None:
    """Print the summary of a run and its checks."""
    console.print(_sources(run))
    console.print(_totals(run))
    console.print(_detectors(run.live))
    console.print(_actions(run))
    show_checks(console, checks)


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """Print for each check whether it holds, and where it does not."""
    for check in checks:
        _show_check(console, check)


def _sources(run: Run) -> Table:
    table = Table("source", title="What each source saw", title_justify="left")
    for column in ("records", "invocations", "delivered again", "rejected", "done"):
        table.add_column(column, justify="right")
    broken = Counter(record.record for record in run.rejected)
    for source, history in run.histories.items():
        table.add_row(source, *map(str, _source_row(history, broken)))
    return table


def _source_row(history: History, rejected: Counter[str]) -> tuple[int, ...]:
    deliveries = history.deliveries
    again = deliveries.total() - len(deliveries)
    turned_down = sum(rejected[record] for record in deliveries)
    return len(deliveries), len(history.invocations), again, turned_down, len(history.done)


def _detectors(snapshot: DetectorSnapshot) -> Table:
    table = Table(
        "model", "room", "state", "variables", "last update", title="Detectors", title_justify="left"
    )
    for (model, key), detector in sorted(snapshot.detectors.items(), key=lambda item: _natural(item[0][1])):
        variables = ", ".join(f"{name} = {value}" for name, value in detector.variables.items())
        moment = datetime.fromtimestamp(detector.updated / 1000, UTC)
        table.add_row(model, key or "", detector.state, variables or "none", f"{moment:%Y-%m-%d %H:%M}")
    return table


def _actions(run: Run) -> Table:
    """Return the table of the actions' counts by room and event.

    A standard queue gives its readings in any order, and the clock of the messages does not run back: those
    rooms may ask for more than they would have in the field.
    """
    table = Table("room", "event", title="Actions", title_justify="left")
    snapshots = {"live": run.live, "replayed": run.replayed, "all in order": run.in_order}
    for column in snapshots:
        table.add_column(column, justify="right")
    counts = [_counts(snapshot) for snapshot in snapshots.values()]
    rows = set().union(*counts)
    for row in sorted(rows, key=lambda row: (_natural(row[0]), row[1])):
        table.add_row(*row, *(str(column[row]) for column in counts))
    table.add_section()
    table.add_row("all", "", *(str(column.total()) for column in counts))
    return table


def _counts(snapshot: DetectorSnapshot) -> Counter[tuple[str, str]]:
    return Counter((action.detector[1] or "", action.event) for action in snapshot.actions)


def _natural(key: str | None) -> tuple[str, int]:
    """Return the sort key that puts room-2 before room-10."""
    word, _, number = (key or "").rpartition("-")
    return (word, int(number)) if number.isdecimal() else (key or "", 0)


def _totals(run: Run) -> Table:
    table = Table("what", title="What came of it", title_justify="left")
    table.add_column("count", justify="right")
    for what, count in _total_rows(run):
        table.add_row(what, count)
    return table


def _total_rows(run: Run) -> list[tuple[str, str]]:
    scenario = run.scenario
    codes = Counter(code for record in run.rejected for code in record.codes)
    return [
        ("readings", str(len(scenario.readings))),
        ("… sent a second time", str(scenario.repeated)),
        ("records, of these", str(scenario.records)),
        ("… gzipped", str(scenario.gzipped)),
        ("… aggregated", str(scenario.aggregated)),
        ("messages stored", str(len(run.stored))),
        ("messages rejected", str(codes.total())),
        *((f"… {code}", str(count)) for code, count in sorted(codes.items())),
        ("calls", str(run.calls)),
        ("… made to fail", str(run.failed_calls)),
        ("messages sent again", str(run.sent_again)),
        ("seconds", f"{run.seconds:.1f}"),
    ]


def _show_check(console: Console, check: Check) -> None:
    if not check.findings:
        console.print(f"[green]✓[/] {check.claim}", highlight=False)
        return
    console.print(f"[red]✗[/] NOT TRUE: {check.claim} ({len(check.findings)} findings)", highlight=False)
    for finding in check.findings[:_SHOWN]:
        console.print(f"    {finding}", markup=False, highlight=False)
