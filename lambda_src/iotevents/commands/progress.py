"""A progress bar on a terminal, for long files only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

MIN_SIZE: Final = 2**20
"""Bytes of a file from which progress is shown."""

REPORT_SIZE: Final = 2**16
"""Bytes between two reports to the bar."""


class ProgressView(NamedTuple):
    """Functions of a bar: `done` adds bytes to it, `show` prints a line above it."""

    done: Callable[[int], None]
    show: Callable[[str], None]


@contextmanager
def progress(size: int) -> Iterator[ProgressView]:
    """Show how much of `size` bytes is done, on the terminal of standard output or else standard error."""
    on_output = sys.stdout.isatty()
    console = Console(stderr=not on_output)
    if size < MIN_SIZE or not console.is_terminal:
        yield ProgressView(lambda _: None, print)
        return
    columns = (TextColumn("replaying"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    # Not redirected: what is printed must reach standard output as it is.
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    with bar:
        task = bar.add_task("replaying", total=size)
        report = _in_steps(lambda count: bar.advance(task, count))
        yield ProgressView(report, _above(console) if on_output else print)


def _in_steps(advance: Callable[[int], None]) -> Callable[[int], None]:
    """Report to the bar only now and then: a report for each line would take longer than the replay."""
    unreported = 0

    def done(count: int) -> None:
        nonlocal unreported
        unreported += count
        if unreported >= REPORT_SIZE:
            advance(unreported)
            unreported = 0

    return done


def _above(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)
