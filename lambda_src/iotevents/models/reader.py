"""Reader of JSON objects: typed members, with a violation for each that is missing or invalid."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any

from iotevents.expressions import AttributePath, Expression, ParseError, compile_expression, compile_path
from iotevents.models.inputs import Violation

Compile = Callable[[str], Expression]

BROKEN = compile_expression("false")
"""Stands for an expression that could not be compiled; what is read with violations is never used."""


class Reader:
    """Reader of values at paths that collects violations; an explicit null counts as absent.

    Each method returns a value of its type in any case: a caller that ends with `violations` discards what
    was read. `expressions` are all compiled expressions with their paths; `unparsed` says whether any could
    not be compiled.
    """

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.expressions: list[tuple[str, Expression]] = []
        self.unparsed = False

    def wrong(self, path: str, text: str) -> None:
        """Note a violation at a path."""
        self.violations.append((path, text))

    def members(self, path: str, value: Any, known: Iterable[str]) -> dict[str, Any]:
        """Return the members of an object that are not null; unknown ones are violations."""
        if not isinstance(value, dict):
            self.wrong(path, "is missing" if value is None else "must be an object")
            return {}
        names = frozenset(known)
        for name in value:
            if name not in names and value[name] is not None:
                self.wrong(join(path, str(name)), _unknown(str(name), names))
        return {name: member for name, member in value.items() if member is not None and name in names}

    def entries(self, path: str, value: Any) -> list[tuple[str, Any]]:
        """Return the entries of a list with their paths; none if it is absent."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(path, "must be a list")
            return []
        return [(f"{path}[{index}]", entry) for index, entry in enumerate(value)]

    def text(
        self,
        path: str,
        value: Any,
        longest: int | None = None,
        *,
        shortest: int = 1,
        pattern: re.Pattern[str] | None = None,
        required: bool = True,
    ) -> str:
        """Return a string; empty if it is absent or invalid."""
        if value is None:
            if required:
                self.wrong(path, "is missing")
        elif not isinstance(value, str):
            self.wrong(path, f"must be text, not {value!r:.60}")
        elif len(value) < shortest or (longest is not None and len(value) > longest):
            self.wrong(path, f"must have {_length(shortest, longest)} characters, has {len(value)}")
        elif not value.isascii() and not _is_unicode(value):
            self.wrong(path, "holds half of a surrogate pair, which is not text")
        elif pattern is not None and not pattern.fullmatch(value):
            self.wrong(path, f"{value!r:.140} does not match {pattern.pattern}")
        else:
            return value
        return ""

    def choice(self, path: str, value: Any, choices: tuple[str, ...], default: str | None = None) -> str:
        """Return one of some strings; the default if it is absent; a violation if there is no default."""
        if value is None and default is not None:
            return default
        if value in choices:
            return str(value)
        allowed = ", ".join(map(repr, choices))
        self.wrong(path, "is missing" if value is None else f"must be one of {allowed}, not {value!r:.60}")
        return choices[0]

    def flag(self, path: str, value: Any) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.wrong(path, f"must be true or false, not {value!r:.60}")
        return value is True

    def expression(
        self,
        path: str,
        value: Any,
        longest: int | None = None,
        *,
        shortest: int = 1,
        compiled_by: Compile = compile_expression,
    ) -> Expression:
        """Return a compiled expression; BROKEN if it is absent or invalid."""
        count = len(self.violations)
        text = self.text(path, value, longest, shortest=shortest)
        if len(self.violations) > count:
            return self._broken()
        try:
            expression = compiled_by(text)
        except ParseError as error:
            self.wrong(path, str(error))
            return self._broken()
        self.expressions.append((path, expression))
        return expression

    def path(self, path: str, value: Any, longest: int) -> AttributePath | None:
        """Return the path of an attribute; None if it is absent or invalid."""
        text = self.text(path, value, longest, required=False)
        if not text:
            return None
        try:
            return compile_path(text)
        except ParseError as error:
            self.wrong(path, str(error))
            return None

    def _broken(self) -> Expression:
        self.unparsed = True
        return BROKEN


def join(path: str, name: str) -> str:
    """Return the path of a member."""
    return f"{path}.{name}" if path else name


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _length(shortest: int, longest: int | None) -> str:
    return f"at least {shortest}" if longest is None else f"{shortest} to {longest}"


def _unknown(name: str, names: frozenset[str]) -> str:
    by_lower = {known.lower(): known for known in names}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[near[0]]}? " if near else ""
    return f"is not known here; {hint}allowed: {', '.join(sorted(names))}"
