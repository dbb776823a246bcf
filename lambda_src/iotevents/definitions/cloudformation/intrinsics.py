"""CloudFormation's intrinsic functions, as far as their values are known without a deployment.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from iotevents.definitions.cloudformation.symbols import NO_VALUE, Names, Open

NAME: Final = re.compile(r"[\w.:]+", re.ASCII)
NO_NAME: Final = "${{{0}}} in Fn::Sub is no name of the template; ${{!{0}}} leaves it as it is"
HOLE: Final = re.compile(r"\$\{(!?)([^}]*)\}")


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


def text_of(value: Any) -> str:
    """A scalar as CloudFormation spells it in a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise ValueError("not a scalar")
    return str(value)


def holds(condition: Any, names: Names) -> bool:
    """Whether a condition of the template, given by its name, holds; raises Open."""
    if not isinstance(condition, str) or condition not in names.conditions:
        raise Open(f"there is no condition {condition} in the template")
    what = f"condition {condition}"
    with names.once(what), _well_written(what):
        return decided(names.conditions[condition], names)


def decided(condition: Any, names: Names) -> bool:
    """The truth of a condition of the template; raises Open."""
    match condition:
        case {"Condition": str(name)}:
            return holds(name, names)
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
    condition, yes, no = argument
    return plain(yes if holds(condition, names) else no, names)


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
