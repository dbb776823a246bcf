"""Random trees and scopes. No generator finds every mistake, so there are three."""

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from iotevents.expressions import Scope, TriggerType

from tests.support.expressions.oracle import Tree
from tests.support.expressions.printer import LEVELS, written

SIGNS = [sign for signs in LEVELS for sign in signs]
NUMBERS = [0, 1, 2, 3, 7, 10, 13, 0.5, 1.0, 2.0, 2.5, 10.01, 9223372036854775807, 3037000500]
STRINGS = [
    "",
    "a",
    "ab",
    "b",
    "5",
    "-2.5",
    "1e3",
    "true",
    "True",
    "it's",
    '"',
    "\\",
    "$x",
    "String",
    "Decimal",
]
STRINGS += ["Boolean", "MESSAGE", "Timer", "Pump", "idle", "é"]
NAMES = ["n", "m", "d", "s", "t", "flag", "off", "nothing", "list", "sensor data", "missing"]
VALUES: dict[str, Any] = {
    "n": 5,
    "m": -8,
    "d": 2.5,
    "s": "ab",
    "t": "5",
    "flag": True,
    "off": False,
    "nothing": None,
    "list": [3, "x", {"n": 1}],
    "sensor data": {"n": 7, "d": 20.0, "flag": True},
}
PATHS: list[tuple[str | int, ...]] = [
    *((name,) for name in NAMES),
    *(("sensor data", name) for name in ("n", "d", "flag", "missing")),
    *(("list", index) for index in (0, 1, 2, 3)),
    *(
        ("list", 2, "n"),
        ("s", 0),
        ("s", "n"),
        ("sensor data", 0),
        ("list", "n"),
        ("nothing", "n"),
        ("missing", "n"),
    ),
]
FUNCTIONS = [
    *((name, 1) for name in ("isNull", "isUndefined", "bitnot", "timeout", "triggerType", "currentInput")),
    *((name, 2) for name in ("startsWith", "endsWith", "contains", "bitor", "bitand", "bitxor")),
    *[("convert", 2)] * 3,
]
WORDS = {
    "convert": ["String", "Boolean", "Decimal"],
    "triggerType": ["Message", "MESSAGE", "message", "Timer", "timer", "Other"],
    "timeout": ["idle", "other"],
    "currentInput": ["Pump", "Tank", "pump"],
}

SCOPES = [
    Scope({"Pump": VALUES}, VALUES, TriggerType.MESSAGE, "Pump"),
    Scope(
        {"Pump": VALUES, "Tank": {"n": 2}},
        {"n": 0, "d": 0.5, "flag": False},
        TriggerType.TIMER,
        None,
        frozenset({"idle"}),
    ),
    Scope({}, {}, TriggerType.MESSAGE, "Tank"),
]


class Example(NamedTuple):
    """A tree, its text and the scope to evaluate it in."""

    tree: Tree
    text: str
    scope: Scope


def examples(generator: Callable[[random.Random], Tree], seed: int, count: int) -> Iterator[Example]:
    """Reproducible examples of one generator."""
    source = random.Random(seed)
    for _ in range(count):
        tree = generator(source)
        yield Example(tree, written(tree, source.choice("'\"")), source.choice(SCOPES))


def untyped(source: random.Random, depth: int = 3) -> Tree:
    """Any operator and function on anything: mostly errors, undefined and null."""
    if depth == 0 or source.random() < 0.15:
        return _leaf(source)
    deeper = depth - 1
    match source.randrange(8):
        case 0:
            return ("prefix", source.choice("!~-"), untyped(source, deeper))
        case 1:
            return _any_call(source, deeper)
        case 2:
            return ("template", [_text(source), untyped(source, deeper), _text(source)])
        case _:
            return ("infix", source.choice(SIGNS), untyped(source, deeper), untyped(source, deeper))


def typed(source: random.Random, wanted: str = "boolean", depth: int = 4) -> Tree:
    """Return an expression of a careful author: operands fit operators, a reference may lead nowhere."""
    if depth == 0 or source.random() < 0.1:
        return _typed_leaf(source, wanted)
    match wanted:
        case "boolean":
            return _boolean(source, depth - 1)
        case "string":
            return _string(source, depth - 1)
        case _:
            sign = source.choice("+-*/&|^") if wanted == "integer" else source.choice("+-*/")
            return ("infix", sign, typed(source, wanted, depth - 1), typed(source, wanted, depth - 1))


def arithmetic(source: random.Random, depth: int = 4) -> Tree:
    """Numbers only, of both signs, compared by value; at the top now and then a comparison."""
    if depth == 4 and source.random() < 0.1:
        left = arithmetic(source, 1)
        right = source.choice([("infix", "*", left, ("literal", 1.0)), arithmetic(source, 1)])
        return ("infix", source.choice(["==", "!=", "<", ">="]), left, right)
    if depth == 0 or source.random() < 0.2:
        literal: Tree = ("literal", source.choice(NUMBERS))
        leaf = literal if source.random() < 0.7 else ("variable", source.choice("nmd"))
        return leaf if source.random() < 0.6 else ("prefix", "-", leaf)
    sign = source.choice("+-**//")
    return ("infix", sign, arithmetic(source, depth - 1), arithmetic(source, depth - 1))


def _leaf(source: random.Random) -> Tree:
    match source.randrange(4):
        case 0:
            return ("literal", source.choice([*NUMBERS, *STRINGS, True, False]))
        case 1:
            return ("variable", source.choice(NAMES))
        case _:
            return ("input", source.choice(["Pump", "Pump", "Tank"]), source.choice(PATHS))


def _text(source: random.Random) -> str:
    return source.choice(STRINGS)


def _any_call(source: random.Random, depth: int) -> Tree:
    name, count = source.choice(FUNCTIONS)
    arguments = [untyped(source, depth) for _ in range(count)]
    if name in WORDS and source.random() < 0.8:
        arguments[0] = ("literal", source.choice(WORDS[name]))
    if name == "convert" and source.random() < 0.5:
        arguments[1] = ("literal", source.choice(STRINGS))
    return ("call", name, arguments)


def _typed_leaf(source: random.Random, wanted: str) -> Tree:
    constants: dict[str, list[Any]] = {
        "boolean": [True, False],
        "integer": [n for n in NUMBERS if isinstance(n, int)],
        "decimal": [n for n in NUMBERS if isinstance(n, float)],
        "string": STRINGS,
    }
    names = {"boolean": ["flag", "off"], "integer": ["n", "m"], "decimal": ["d"], "string": ["s", "t"]}
    name = source.choice([*names[wanted], "missing"])
    leaves = [("literal", source.choice(constants[wanted])), ("variable", name), ("input", "Pump", (name,))]
    return source.choice(leaves)


def _boolean(source: random.Random, depth: int) -> Tree:
    match source.randrange(8):
        case 0:
            return ("prefix", "!", typed(source, "boolean", depth))
        case 1:
            return ("call", source.choice(["isNull", "isUndefined"]), [_leaf(source)])
        case 2:
            name, argument = source.choice(
                [("timeout", "idle"), ("triggerType", "Message"), ("currentInput", "Pump")]
            )
            return ("call", name, [("literal", argument)])
        case 3:
            name = source.choice(["startsWith", "endsWith", "contains"])
            return ("call", name, [typed(source, "string", depth) for _ in range(2)])
        case 4:
            kind = source.choice(["integer", "decimal", "string"])
            return _compared(source, kind, kind, depth)
        case 5:
            return _compared(source, "integer", "decimal", depth)
        case _:
            sign = source.choice(["&&", "||"])
            return ("infix", sign, typed(source, "boolean", depth), typed(source, "boolean", depth))


def _compared(source: random.Random, left: str, right: str, depth: int) -> Tree:
    sign = source.choice(["==", "!=", "<", "<=", ">", ">="])
    return ("infix", sign, typed(source, left, depth), typed(source, right, depth))


def _string(source: random.Random, depth: int) -> Tree:
    match source.randrange(3):
        case 0:
            kind = source.choice(["integer", "decimal", "boolean"])
            return ("call", "convert", [("literal", "String"), typed(source, kind, depth)])
        case 1:
            kind = source.choice(["integer", "decimal", "boolean", "string"])
            return ("template", [_text(source), typed(source, kind, depth), _text(source)])
        case _:
            kind = source.choice(["integer", "decimal", "string"])
            return ("infix", "+", typed(source, "string", depth), typed(source, kind, depth))
