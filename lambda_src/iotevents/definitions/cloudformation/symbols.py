"""The names of a CloudFormation template, and the values behind them that are known without a deployment."""

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
"""What `Ref: AWS::NoValue` is: its member or element does not exist."""


class Open(Exception):
    """A value that nobody knows before the deployment, or a function that is used in a wrong way."""


@dataclass(slots=True)
class Names:
    """Everything that `Ref`, `Fn::GetAtt`, `Fn::FindInMap` and `Fn::If` may find.

    `values` holds parameters and pseudo parameters by name, attributes by `Resource.Attribute`; `named` makes
    the name of a resource of the template.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    named: Callable[[str], str | None] = lambda _: None
    finding: list[str] = field(default_factory=list)

    def find(self, name: str) -> Any:
        """The value behind a name; raises Open."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.values:
            return self.values[name]
        with self.once(name):
            own = self.named(name)
        if own is None:
            raise Open(f"{name} is open; give its value in the file of --parameters")
        return own

    @contextmanager
    def once(self, what: str) -> Iterator[None]:
        """While this is being found, it must not be needed; raises Open."""
        if what in self.finding:
            raise Open(f"{what} needs itself")
        self.finding.append(what)
        try:
            yield
        finally:
            self.finding.pop()
