"""Symbols of a CloudFormation template, with the values that are known without a deployment."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "local",
    "AWS::URLSuffix": "amazonaws.com",
}
ASSUMED: Final = frozenset({"AWS::AccountId", "AWS::Region"})
"""Pseudo parameters whose values above are a guess: in roles and targets they are unresolved."""

MARK: Final = re.compile("\ufdd0([^\ufdd1]*)\ufdd1")
"""A symbol that stands in a text for its value; both characters are none of Unicode."""

NO_VALUE: Final = object()
"""The value of `Ref: AWS::NoValue`: its member or element does not exist."""


class Unresolved(Exception):
    """Value that is unknown before the deployment, or invalid use of a function; the text says why."""


def mark(name: str) -> str:
    """Return the mark of a symbol."""
    return f"\ufdd0{name}\ufdd1"


@dataclass(slots=True)
class Symbols:
    """Symbols that `Ref`, `Fn::GetAtt`, `Fn::FindInMap` and `Fn::If` may refer to.

    `values` holds parameters and pseudo parameters by name, attributes by `Resource.Attribute`, exports by
    their names; `named` returns the name of a resource of the template by its logical id, or the output of a
    nested stack. `assumed` are the pseudo parameters without a value of the user's. While `marking` is a
    list, an unresolved symbol is noted in it and has a mark as its value.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    named: Callable[[str], str | None] = lambda _: None
    assumed: frozenset[str] = frozenset()
    marking: list[str] | None = None
    resolving: list[str] = field(default_factory=list)

    def find(self, name: str) -> Any:
        """Return the value of a name; raise Unresolved."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if self.marking is not None and name in self.assumed:
            return self.unresolved(name)
        if name in self.values:
            return self.values[name]
        with self.once(name):
            own = self.named(name)
        return self.unresolved(name) if own is None else own

    def imported(self, name: str) -> Any:
        """Return the value of an export or a dynamic reference; raise Unresolved."""
        return self.values[name] if name in self.values else self.unresolved(name)

    def unresolved(self, name: str, advice: str = "give its value in the file of --parameters") -> str:
        """Return the mark of an unresolved symbol; raise Unresolved unless they are marked."""
        name = MARK.sub(r"\1", name)
        if self.marking is None:
            raise Unresolved(f"{name} is unresolved; {advice}")
        self.marking.append(name)
        return mark(name)

    @contextmanager
    def marked(self, *, allowed: bool = True) -> Iterator[list[str]]:
        """Let unresolved symbols be marked, if that is allowed; yield the list that they are noted in."""
        before, self.marking = self.marking, [] if allowed else None
        try:
            yield [] if self.marking is None else self.marking
        finally:
            self.marking = before

    @contextmanager
    def once(self, what: str) -> Iterator[None]:
        """Guard the resolution of a symbol or condition: one that needs itself raises Unresolved."""
        if what in self.resolving:
            raise Unresolved(f"{what} needs itself")
        self.resolving.append(what)
        try:
            yield
        finally:
            self.resolving.pop()
