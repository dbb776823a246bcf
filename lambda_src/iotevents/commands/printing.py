"""Printing many lines."""

import os
import sys
from collections.abc import Callable, Iterable


def print_lines(lines: Iterable[str], show: Callable[[str], None] = print) -> None:
    """Print the lines; a reader that leaves early, like `head`, is fine."""
    try:
        for line in lines:
            show(line if line.isascii() else _printable(line))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output at its end: that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printable(text: str) -> str:
    """Halves of surrogate pairs as escapes, in the form of JSON: no encoding can print them."""
    return text.encode(errors="backslashreplace").decode()
