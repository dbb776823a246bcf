"""CloudFormation's intrinsic functions, as far as their values are known without a deployment.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

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
NO_VALUE: Final = object()
"""What `Ref: AWS::NoValue` is: its member or element does not exist."""

NAME: Final = re.compile(r"[\w.:]+", re.ASCII)
NO_NAME: Final = "${{{0}}} in Fn::Sub is no name of the template; ${{!{0}}} leaves it as it is"
HOLE: Final = re.compile(r"\$\{(!?)([^}]*)\}")


class Open(Exception):
    """A value that nobody knows before the deployment, or a function that is used in a wrong way."""


@dataclass(slots=True)
class Names:
    """Everything that `Ref` and `Fn::GetAtt` may find.

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

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template holds; raises Open."""
        if not isinstance(condition, str) or condition not in self.conditions:
            raise Open(f"there is no condition {condition} in the template")
        what = f"condition {condition}"
        with self.once(what), _well_written(what):
            return decided(self.conditions[condition], self)

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


def function_of(value: Any) -> str | None:
    """The name of the intrinsic function that an object is."""
    if isinstance(value, Mapping) and len(value) == 1:
        (name,) = value
        return name if name == "Ref" or str(name).startswith("Fn::") else None
    return None


def called(name: str, argument: Any, names: Names) -> Any:
    """The value of an intrinsic function; raises Open. Functions inside its argument are called first."""
    if name not in FUNCTIONS:
        raise Open(f"{name} is not resolved here; write the value, or a parameter")
    with _well_written(name):
        return FUNCTIONS[name](argument, names)


@contextmanager
def _well_written(what: str) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise Open(f"{what} is not written as it should be") from error


def plain(value: Any, names: Names) -> Any:
    """A value with all functions in it called; raises Open at the first that is open."""
    name = function_of(value)
    if name is not None:
        return called(name, value[name], names)
    if isinstance(value, list):
        found = [plain(one, names) for one in value]
        return [one for one in found if one is not NO_VALUE]
    return value


def branch(argument: Any, names: Names) -> Any:
    """The side of `Fn::If` that counts, as it is written; raises Open."""
    with _well_written("Fn::If"):
        condition, yes, no = argument
    return yes if names.holds(condition) else no


def text_of(value: Any) -> str:
    """A scalar as CloudFormation spells it in a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise ValueError("not a scalar")
    return str(value)


def decided(condition: Any, names: Names) -> bool:
    """The truth of a condition of the template; raises Open."""
    match condition:
        case {"Condition": str(name)}:
            return names.holds(name)
        case {"Fn::Equals": [left, right]}:
            return text_of(plain(left, names)) == text_of(plain(right, names))
        case {"Fn::Not": [one]}:
            return not decided(one, names)
        case {"Fn::And": [*several]}:
            return all(decided(one, names) for one in several)
        case {"Fn::Or": [*several]}:
            return any(decided(one, names) for one in several)
    raise Open("a condition is not written as it should be")


def _ref(argument: Any, names: Names) -> Any:
    return names.find(argument)


def _get_att(argument: Any, names: Names) -> Any:
    return names.find(argument if isinstance(argument, str) else ".".join(map(text_of, argument)))


def _sub(argument: Any, names: Names) -> str:
    template, own = (argument, {}) if isinstance(argument, str) else argument

    def filled(hole: re.Match[str]) -> str:
        literal, name = hole.groups()
        if literal:
            return "${" + name + "}"
        if name in own:
            return text_of(plain(own[name], names))
        if not NAME.fullmatch(name):
            raise Open(NO_NAME.format(name))
        return text_of(names.find(name))

    return HOLE.sub(filled, template)


def _join(argument: Any, names: Names) -> str:
    separator, parts = argument
    return str(separator).join(text_of(part) for part in plain(parts, names))


def _select(argument: Any, names: Names) -> Any:
    index, values = argument
    return plain(values, names)[int(plain(index, names))]


def _split(argument: Any, names: Names) -> list[str]:
    separator, text = argument
    parts: list[str] = plain(text, names).split(separator)
    return parts


def _find_in_map(argument: Any, names: Names) -> Any:
    table, first, second = plain(argument, names)
    return names.mappings[table][first][second]


def _if(argument: Any, names: Names) -> Any:
    return plain(branch(argument, names), names)


FUNCTIONS: Final[Mapping[str, Callable[[Any, Names], Any]]] = {
    "Ref": _ref,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
