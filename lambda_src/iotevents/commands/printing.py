"""Output of many lines."""

import os
import sys
from collections.abc import Callable, Iterable


def print_lines(lines: Iterable[str], show: Callable[[str], None] = print) -> None:
    """Print the lines; end quietly if the reader leaves early, as `head` does."""
    try:
        for line in lines:
            show(line if line.isascii() else _printable(line))
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes standard output at its end: that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _printable(text: str) -> str:
    """Escape halves of surrogate pairs in JSON's form: no encoding can print them."""
    return text.encode(errors="backslashreplace").decode()
