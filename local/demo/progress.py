"""Progress of a run: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEPS = 5
"""Lines of a whole run where there is no terminal."""


@contextmanager
def progress(console: Console, total: int, noun: str) -> Iterator[Callable[[int], None]]:
    """Show the progress of `total` things; yield the function that takes the number done so far."""
    if not console.is_terminal:
        yield _lines(console, total, noun)
        return
    columns = (TextColumn(noun), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(noun, total=total)
        yield lambda done: bar.update(task, completed=done)


def _lines(console: Console, total: int, noun: str) -> Callable[[int], None]:
    shown = 0

    def report(done: int) -> None:
        nonlocal shown
        step = done * STEPS // total if total else STEPS
        if step > shown:
            shown = step
            console.print(f"{done} of {total} {noun}", highlight=False)

    return report
