"""A plain reading of the language, independent of the implementation: its own trees, walked for each value.

A tree is a nested tuple, its first member says what it is:

    ("literal", value)  ("input", name, path)  ("variable", name)  ("prefix", sign, tree)
    ("infix", sign, left, right)  ("call", name, trees)  ("template", pieces)

A piece is a string or a tree.
"""

import json
from typing import Any

from iotevents.expressions import UNDEFINED, Scope

Tree = tuple[Any, ...]


class Failed(Exception):
    """The oracle has no value; its text is the name of the error."""


def walk(tree: Tree, scope: Scope) -> Any:
    """Return the value of a tree; raises Failed."""
    what = tree[0]
    if what == "literal":
        return tree[1]
    if what == "input":
        return find(scope.inputs, (tree[1], *tree[2]))
    if what == "variable":
        return scope.variables.get(tree[1], UNDEFINED)
    if what == "prefix":
        return prefixed(tree[1], walk(tree[2], scope))
    if what == "infix" and tree[1] in ("&&", "||"):
        return connected(tree, scope)
    if what == "infix":
        return combined(tree[1], walk(tree[2], scope), walk(tree[3], scope))
    if what == "call":
        return called(tree[1], [walk(argument, scope) for argument in tree[2]], scope)
    return filled([piece if isinstance(piece, str) else walk(piece, scope) for piece in tree[1]])


def kind(value: Any) -> str:
    for name, types in (
        ("boolean", bool),
        ("number", (int, float)),
        ("string", str),
        ("undefined", type(UNDEFINED)),
    ):
        if isinstance(value, types):
            return name
    return "null" if value is None else "container"


def find(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        in_object = isinstance(step, str) and isinstance(value, dict) and step in value
        in_array = isinstance(step, int) and isinstance(value, list) and step < len(value)
        if not in_object and not in_array:
            return UNDEFINED
        value = value[step]
    return value


def prefixed(sign: str, value: Any) -> Any:
    if kind(value) == "undefined":
        return UNDEFINED
    if sign == "!" and kind(value) == "boolean":
        return not value
    if sign == "-" and kind(value) == "number":
        return ranged(-value)
    if sign == "~" and kind(value) == "number" and isinstance(value, int):
        return -value - 1
    raise Failed("TypeMismatch")


def connected(tree: Tree, scope: Scope) -> Any:
    _, sign, left, right = tree
    deciding = sign == "||"
    for side in (left, right):
        value = walk(side, scope)
        if kind(value) not in ("boolean", "undefined"):
            raise Failed("TypeMismatch")
        if (value is True) == deciding:
            return deciding
    return not deciding


def combined(sign: str, left: Any, right: Any) -> Any:
    kinds = {kind(left), kind(right)}
    if sign in ("==", "!="):
        same = len(kinds) == 1 and not kinds & {"undefined", "container"} and left == right
        return same if sign == "==" else not same
    if "undefined" in kinds:
        return UNDEFINED
    if sign in ("<", "<=", ">", ">=") and kinds in ({"number"}, {"string"}):
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]
    if sign in ("|", "&", "^") and kinds == {"number"} and isinstance(left, int) and isinstance(right, int):
        return {"|": left | right, "&": left & right, "^": left ^ right}[sign]
    if sign == "+" and kinds in ({"string"}, {"string", "number"}):
        return text(left) + text(right)
    if sign in "+-*/" and kinds == {"number"}:
        return computed(sign, left, right)
    raise Failed("TypeMismatch")


def computed(sign: str, left: Any, right: Any) -> Any:
    if sign != "/":
        return ranged({"+": left + right, "-": left - right, "*": left * right}[sign])
    if right == 0:
        raise Failed("DivisionByZero")
    if isinstance(left, float) or isinstance(right, float):
        return ranged(left / right)
    rest = abs(left) % abs(right)
    return ranged((abs(left) - rest) // abs(right) * (1 if left * right >= 0 else -1))


def ranged(number: Any) -> Any:
    if isinstance(number, int):
        fits = -9223372036854775808 <= number <= 9223372036854775807
    else:
        fits = number - number == 0
    if fits:
        return number
    raise Failed("NumberOverflow")


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def filled(pieces: list[Any]) -> Any:
    if any(kind(piece) == "undefined" for piece in pieces):
        return UNDEFINED
    return "".join(text(piece) for piece in pieces)


def called(name: str, values: list[Any], scope: Scope) -> Any:
    if name in ("isNull", "isUndefined"):
        return kind(values[0]) == name[2:].lower()
    if name in ("startsWith", "endsWith", "contains"):
        return matched(name, *values)
    if name in ("bitor", "bitand", "bitxor", "bitnot"):
        return bits(name, values)
    if name == "convert":
        return converted(*values)
    return asked(name, values[0], scope)


def matched(name: str, whole: Any, part: Any) -> Any:
    if kind(whole) != "string" or kind(part) != "string":
        return UNDEFINED
    places = [i for i in range(len(whole) + 1) if whole[i : i + len(part)] == part]
    if name == "startsWith":
        return 0 in places
    if name == "endsWith":
        return len(whole) - len(part) in places
    return places != []


def bits(name: str, values: list[Any]) -> Any:
    if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        return UNDEFINED
    if name == "bitnot":
        return prefixed("~", values[0])
    return combined({"bitor": "|", "bitand": "&", "bitxor": "^"}[name], *values)


def converted(target: Any, value: Any) -> Any:
    if target == "String" and kind(value) in ("boolean", "number"):
        return text(value)
    if target == "Boolean" and kind(value) == "string" and value in ("true", "false"):
        return value == "true"
    if target == "Decimal" and kind(value) == "string" and is_decimal(value):
        return ranged(float(value))
    raise Failed("ConversionError")


def is_decimal(digits: str) -> bool:
    whole, point, fraction = digits.removeprefix("-").partition(".")
    parts = [whole, fraction] if point else [whole]
    return all(part.isascii() and part.isdigit() for part in parts)


def asked(name: str, argument: Any, scope: Scope) -> Any:
    if kind(argument) == "undefined":
        return UNDEFINED
    if kind(argument) != "string":
        raise Failed("TypeMismatch")
    if name == "timeout":
        return argument in scope.expired
    if name == "currentInput":
        return argument == scope.current_input
    return scope.trigger_type is not None and argument.upper() == scope.trigger_type.name
