"""A progress bar on a terminal, for long files only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

LONG: Final = 2**20
"""Bytes from which a file is long."""


STEP: Final = 2**16
"""Bytes from one report to the next."""


class Shown(NamedTuple):
    """How to tell how many more bytes are done, and how to print a line above the bar."""

    done: Callable[[int], None]
    show: Callable[[str], None]


@contextmanager
def progress(size: int) -> Iterator[Shown]:
    """Show how much of `size` bytes is done: on the terminal that has standard output or else standard
    error."""
    on_output = sys.stdout.isatty()
    console = Console(stderr=not on_output)
    if size < LONG or not console.is_terminal:
        yield Shown(lambda _: None, print)
        return
    columns = (TextColumn("replaying"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    # Not redirected: what is printed must reach standard output as it is.
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    with bar:
        task = bar.add_task("replaying", total=size)
        report = _in_steps(lambda count: bar.advance(task, count))
        yield Shown(report, _plain(console) if on_output else print)


def _in_steps(advance: Callable[[int], None]) -> Callable[[int], None]:
    """Tell the bar now and then only: telling it of each line would take longer than the replay."""
    waiting = 0

    def done(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= STEP:
            advance(waiting)
            waiting = 0

    return done


def _plain(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True, emoji=False)
