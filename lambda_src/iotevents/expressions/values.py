"""Values of the language: JSON values and `UNDEFINED`, their type names and their texts."""

from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from iotevents.expressions.errors import ValueTooLarge
from iotevents.expressions.limits import MAX_STRING_LENGTH, MAX_VALUE_DEPTH
from iotevents.json_text import json_text


class Undefined(Enum):
    """Type of `UNDEFINED`, the value of a reference to nothing; it is not null."""

    UNDEFINED = "undefined"


UNDEFINED: Final[Literal[Undefined.UNDEFINED]] = Undefined.UNDEFINED

Value: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | Undefined | None
"""Boolean, Integer, Decimal or String; arrays, objects and null come from messages only."""

_TYPE_NAMES: Final[dict[type, str]] = {
    bool: "Boolean",
    int: "Integer",
    float: "Decimal",
    str: "String",
    list: "Array",
    dict: "Object",
    type(None): "null",
    Undefined: "undefined",
}


def type_name(value: Value) -> str:
    """Return the language's name of a value's type: `Integer`, `Decimal`, `String`, `Boolean`, `null`, …"""
    return _TYPE_NAMES[type(value)]


def is_scalar(value: Value) -> bool:
    """Return whether a value has one of the four types of the language, which alone a variable can hold.

    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
    """
    return type(value) in (bool, int, float, str)


def text_of(value: Value) -> str:
    """Return the text of a defined value, as in `${…}` and in payloads of type STRING.

    Raise ValueTooLarge for an object or array that is too deep or too long.
    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
    """
    if type(value) is str:
        return value
    if type(value) is float:
        return text_of_decimal(value)
    if type(value) is int:
        return str(value)
    return text_of_json(value)


def text_of_decimal(value: float) -> str:
    """Return the shortest text that reads back as the same double: `20.0`, `50.018`, `1e+22`."""
    return repr(value)


def text_of_json(value: Value) -> str:
    """Return compact JSON: `true`, `null`, `10`, `{"a":[1,2]}`."""
    if not _is_shallow(value):
        raise ValueTooLarge(f"an object or array of more than {MAX_VALUE_DEPTH} levels has no text")
    return limited(json_text(value))


def limited(text: str) -> str:
    """Return the text itself; raise ValueTooLarge if it is longer than MAX_STRING_LENGTH."""
    if len(text) > MAX_STRING_LENGTH:
        raise ValueTooLarge(f"the result has {len(text)} characters, {MAX_STRING_LENGTH} are allowed")
    return text


def describe(value: Value) -> str:
    """Return the text of a value for an error message: its type and the beginning of its text."""
    if value is None or value is UNDEFINED:
        return type_name(value)
    if isinstance(value, (list, dict)):
        return f"an {type_name(value)}"
    return f"{type_name(value)} {shortened(repr(value) if type(value) is str else text_of(value))}"


def shortened(text: str, width: int = 40) -> str:
    """Return a text cut to a width for an error message."""
    return text if len(text) <= width else text[: width - 1] + "…"


def _is_shallow(value: Value) -> bool:
    level = [value]
    for _ in range(MAX_VALUE_DEPTH):
        level = [child for item in level for child in _children(item)]
        if not level:
            return True
    return False


def _children(value: Value) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
