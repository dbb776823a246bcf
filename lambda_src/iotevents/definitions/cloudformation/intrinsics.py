"""Intrinsic functions of CloudFormation, as far as their values are known without a deployment.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from iotevents.definitions.cloudformation.symbols import NO_VALUE, Symbols, Unresolved

NAME: Final = re.compile(r"[\w.:]+", re.ASCII)
NO_NAME: Final = "${{{0}}} in Fn::Sub is no name of the template; ${{!{0}}} leaves it as it is"
DYNAMIC: Final = re.compile(r"\{\{resolve:[^{}]*\}\}")
HOLE: Final = re.compile(r"\$\{(!?)([^}]*)\}")


def function_of(value: Any) -> str | None:
    """Return the name of the intrinsic function that an object stands for; None if it is plain data."""
    if isinstance(value, Mapping) and len(value) == 1:
        (name,) = value
        return name if name == "Ref" or str(name).startswith("Fn::") else None
    return None


def called(name: str, argument: Any, symbols: Symbols) -> Any:
    """Return the value of an intrinsic function; raise Unresolved. Nested functions are called first."""
    if name not in FUNCTIONS:
        return symbols.unresolved(name, "write the value, or a parameter")
    with _well_written(name):
        return FUNCTIONS[name](argument, symbols)


@contextmanager
def _well_written(what: str) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise Unresolved(f"{what} is not written as it should be") from error


def plain(value: Any, symbols: Symbols) -> Any:
    """Return a value with all its functions called; raise Unresolved at the first without a value."""
    name = function_of(value)
    if name is not None:
        return called(name, value[name], symbols)
    if isinstance(value, list):
        elements = [plain(element, symbols) for element in value]
        return [element for element in elements if element is not NO_VALUE]
    return value


def text_of(value: Any) -> str:
    """Return a scalar as CloudFormation writes it in a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise ValueError("not a scalar")
    return str(value)


def holds(condition: Any, symbols: Symbols) -> bool:
    """Return whether a condition of the template is true, by its name; raise Unresolved."""
    if not isinstance(condition, str) or condition not in symbols.conditions:
        raise Unresolved(f"there is no condition {condition} in the template")
    what = f"condition {condition}"
    with symbols.once(what), _well_written(what):
        return decided(symbols.conditions[condition], symbols)


def decided(condition: Any, symbols: Symbols) -> bool:
    """Return whether a condition function is true; raise Unresolved."""
    match condition:
        case {"Condition": str(name)}:
            return holds(name, symbols)
        case {"Fn::Equals": [left, right]}:
            return text_of(plain(left, symbols)) == text_of(plain(right, symbols))
        case {"Fn::Not": [operand]}:
            return not decided(operand, symbols)
        case {"Fn::And": [*operands]}:
            return all(decided(operand, symbols) for operand in operands)
        case {"Fn::Or": [*operands]}:
            return any(decided(operand, symbols) for operand in operands)
    raise Unresolved("a condition is not written as it should be")


def _ref(argument: Any, symbols: Symbols) -> Any:
    return symbols.find(argument)


def _get_att(argument: Any, symbols: Symbols) -> Any:
    return symbols.find(argument if isinstance(argument, str) else ".".join(map(text_of, argument)))


def _sub(argument: Any, symbols: Symbols) -> str:
    template, own = (argument, {}) if isinstance(argument, str) else argument

    def filled(hole: re.Match[str]) -> str:
        literal, name = hole.groups()
        if literal:
            return "${" + name + "}"
        if name in own:
            return text_of(plain(own[name], symbols))
        if not NAME.fullmatch(name):
            raise Unresolved(NO_NAME.format(name))
        return text_of(symbols.find(name))

    return HOLE.sub(filled, template)


def _join(argument: Any, symbols: Symbols) -> str:
    separator, parts = argument
    return str(separator).join(text_of(part) for part in _list(parts, symbols))


def _select(argument: Any, symbols: Symbols) -> Any:
    index, values = argument
    return _list(values, symbols)[int(plain(index, symbols))]


def _list(value: Any, symbols: Symbols) -> list[Any]:
    elements = plain(value, symbols)
    if not isinstance(elements, list):
        raise TypeError("not a list")
    return elements


def _split(argument: Any, symbols: Symbols) -> list[str]:
    separator, text = argument
    parts: list[str] = plain(text, symbols).split(separator)
    return parts


def _find_in_map(argument: Any, symbols: Symbols) -> Any:
    table, first, second = plain(argument, symbols)
    return symbols.mappings[table][first][second]


def _if(argument: Any, symbols: Symbols) -> Any:
    condition, yes, no = argument
    unresolved_before = len(symbols.marking or ())
    answer = holds(condition, symbols)
    if len(symbols.marking or ()) > unresolved_before:
        answer = yes != {"Ref": "AWS::NoValue"}
    return plain(yes if answer else no, symbols)


def _import_value(argument: Any, symbols: Symbols) -> Any:
    return symbols.imported(text_of(plain(argument, symbols)))


def dynamic(text: str, symbols: Symbols) -> str:
    """Return a text with the values of its dynamic references, such as `{{resolve:ssm:/topic}}`."""
    return DYNAMIC.sub(lambda reference: text_of(symbols.imported(reference[0])), text)


FUNCTIONS: Final[Mapping[str, Callable[[Any, Symbols], Any]]] = {
    "Ref": _ref,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
