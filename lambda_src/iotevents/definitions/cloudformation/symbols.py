"""Symbols of a CloudFormation template, with the values that are known without a deployment."""

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
NO_VALUE: Final = object()
"""The value of `Ref: AWS::NoValue`: its member or element does not exist."""


class Unresolved(Exception):
    """Value that is unknown before the deployment, or invalid use of a function; the text says why."""


@dataclass(slots=True)
class Symbols:
    """Symbols that `Ref`, `Fn::GetAtt`, `Fn::FindInMap` and `Fn::If` may refer to.

    `values` holds parameters and pseudo parameters by name, attributes by `Resource.Attribute`; `named`
    returns the name of a resource of the template by its logical id.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    named: Callable[[str], str | None] = lambda _: None
    resolving: list[str] = field(default_factory=list)

    def find(self, name: str) -> Any:
        """Return the value of a name; raise Unresolved."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.values:
            return self.values[name]
        with self.once(name):
            own = self.named(name)
        if own is None:
            raise Unresolved(f"{name} is unresolved; give its value in the file of --parameters")
        return own

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
