"""Constraints of request members, and AWS's texts for their violations."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Constraint = Callable[[Any], str | None]
"""Returns the constraint that a value, which is not null, fails to satisfy; None if it is valid."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a request shape: its name, its constraint, whether it must be there."""

    name: str
    constraint: Constraint
    required: bool = True


def violations(members: tuple[Member, ...], value: Any, path: str = "") -> list[str]:
    """Return the violations of an object's members, as AWS prints them; null counts as absent."""
    if not isinstance(value, dict):
        return [violation(value, path, "Member must be an object")]
    texts = []
    for member in members:
        content = value.get(member.name)
        if content is not None:
            failed = member.constraint(content)
        else:
            failed = "Member must not be null" if member.required else None
        if failed:
            texts.append(violation(content, f"{path}.{member.name}" if path else member.name, failed))
    return texts


def violation(value: Any, path: str, constraint: str) -> str:
    """Return the text of a violation: the value as AWS prints it (truncated), its path, the constraint."""
    shown = "null" if value is None else f"'{_cut(str(value))}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _cut(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def text(shortest: int, longest: int, pattern: str) -> Constraint:
    """Return the constraint of a string with `shortest` to `longest` characters that match the pattern."""
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


def integer(minimum: int, maximum: int) -> Constraint:
    """Return the constraint of a whole number in this range."""

    def check(value: Any) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "Member must be an integer"
        if value < minimum:
            return f"Member must have value greater than or equal to {minimum}"
        return f"Member must have value less than or equal to {maximum}" if value > maximum else None

    return check


def string(value: Any) -> str | None:
    """Return the violated constraint if a value is not a string."""
    return None if isinstance(value, str) else "Member must be a string"


def structure(value: Any) -> str | None:
    """Return the violated constraint if a value is not an object."""
    return None if isinstance(value, dict) else "Member must be an object"
