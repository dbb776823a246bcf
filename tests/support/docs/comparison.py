"""Comparison of the output that a page shows with what a command printed."""

import re
from collections.abc import Sequence

ANY = "…"
"""A line of a page that stands for any lines."""

MASKS = (
    # Of this project's days only: the times of recordings are compared.
    (re.compile(r"\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?"), "TIME"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+\b"), "PORT"),
    (re.compile(r"\b\d+:\d\d:\d\d(?= left)"), "DURATION"),
)
"""What differs from run to run, and what stands for it."""


def same_output(shown: str, printed: str) -> bool:
    """Return whether a page's lines are the printed ones, but for times, ids, ports and `…`."""
    segments = _split(_lines(shown))
    lines = _lines(printed)
    first, *others = segments
    if lines[: len(first)] != first:
        return False
    place = len(first)
    if not others:
        return place == len(lines)
    *middle, last = others
    for segment in middle:
        start = _find(segment, lines, place)
        if start is None:
            return False
        place = start + len(segment)
    return place <= len(lines) - len(last) and lines[len(lines) - len(last) :] == last


def _lines(text: str) -> list[str]:
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _split(lines: Sequence[str]) -> list[list[str]]:
    """Return the lines between those that stand for any."""
    segments: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == ANY:
            segments.append([])
        else:
            segments[-1].append(line)
    return segments


def _find(segment: Sequence[str], lines: Sequence[str], start: int) -> int | None:
    places = range(start, len(lines) - len(segment) + 1)
    return next((place for place in places if lines[place : place + len(segment)] == segment), None)
