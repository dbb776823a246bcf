"""The constraints of request members, and AWS's words for their violation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Constraint = Callable[[Any], str | None]
"""Gives what a value, which is not null, fails to satisfy."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a request shape: its name, its constraint, whether it must be there."""

    name: str
    constraint: Constraint
    required: bool = True


def violations(members: tuple[Member, ...], value: Any, path: str = "") -> list[str]:
    """What the members of an object violate, in the words that AWS's services use; null counts as absent."""
    if not isinstance(value, dict):
        return [violation(value, path, "Member must be an object")]
    found = []
    for member in members:
        one = value.get(member.name)
        if one is not None:
            failed = member.constraint(one)
        else:
            failed = "Member must not be null" if member.required else None
        if failed:
            found.append(violation(one, f"{path}.{member.name}" if path else member.name, failed))
    return found


def violation(value: Any, path: str, constraint: str) -> str:
    """One violation: the value as AWS prints it (cut where it is long), its place, and what it should be."""
    shown = "null" if value is None else f"'{_cut(str(value))}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _cut(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def text(shortest: int, longest: int, pattern: str) -> Constraint:
    """A string of so many characters that matches the pattern as a whole."""
    matches = re.compile(pattern).fullmatch  # `$` would also match before a line feed at the end

    def check(value: Any) -> str | None:
        if isinstance(value, str) and shortest <= len(value) <= longest and matches(value):
            return None
        if not isinstance(value, str):
            return "Member must be a string"
        if len(value) > longest:
            return f"Member must have length less than or equal to {longest}"
        if len(value) < shortest:
            return f"Member must have length greater than or equal to {shortest}"
        return f"Member must satisfy regular expression pattern: ^{pattern}$"

    return check


def integer(least: int, most: int) -> Constraint:
    """A whole number in this range."""

    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "Member must be an integer"
        if value < least:
            return f"Member must have value greater than or equal to {least}"
        return f"Member must have value less than or equal to {most}" if value > most else None

    return check


def string(value: Any) -> str | None:
    """Any string."""
    return None if isinstance(value, str) else "Member must be a string"


def structure(value: Any) -> str | None:
    """Any object."""
    return None if isinstance(value, dict) else "Member must be an object"
