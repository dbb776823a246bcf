"""Expressions taken apart: texts, values, and what is not looked at."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from iotevents.expressions import UNDEFINED, Part, Scope, compile_expression, shown, take_apart

from tests.iotevents.expressions.test_differential import outcome_of
from tests.support.expressions.generators import examples, typed, untyped
from tests.support.expressions.oracle import Tree


def apart(text: str, payload: dict[str, Any] | None = None, **variables: Any) -> Part:
    return take_apart(compile_expression(text), Scope({"In": payload or {}}, variables))


def below(part: Part) -> Iterator[Part]:
    yield part
    for one in part.parts:
        yield from below(one)


def rows(part: Part) -> list[tuple[str, Any]]:
    """Texts with values or errors, from the top down."""
    return [(one.text, one.error or one.value) for one in below(part)]


def test_parts_have_texts_and_values() -> None:
    text = "$input.In.t > 70 && !($variable.n + 1 < 3)"
    assert rows(apart(text, {"t": 71.5}, n=1)) == [
        (text, False),
        ("$input.In.t > 70", True),
        ("$input.In.t", 71.5),
        ("!($variable.n + 1 < 3)", False),
        ("$variable.n + 1 < 3", True),
        ("$variable.n + 1", 2),
        ("$variable.n", 1),
    ]


@pytest.mark.parametrize(
    "text", ["($variable.a + 1) * 2 == 4", "!($variable.b)", "-($variable.a) < 3 && ($variable.b)"]
)
def test_parts_keep_their_parentheses(text: str) -> None:
    for one in below(apart(text, a=1, b=True)):
        assert one.text.count("(") == one.text.count(")")
    assert apart(text, a=1, b=True).text == text


def test_parts_are_filled_with_values() -> None:
    part = apart("$input.In.a.b == 'x' || $variable.missing > $input.In.n", {"a": {"b": 'y"'}, "n": 2.0})
    assert part.filled == '"y\\"" == \'x\' || undefined > 2.0'
    assert [one.filled for one in part.parts] == ['"y\\"" == \'x\'', "undefined > 2.0"]


def test_parts_tell_errors_and_undefined() -> None:
    part = apart("$input.In.t > 70 && $variable.name > 1", name="pump")
    assert (part.value, part.error) == (False, None)
    first, second = part.parts
    assert (first.value, first.error) == (UNDEFINED, None)
    assert second.error == "> does not take String 'pump' and Integer 1"


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("$variable.no && $variable.yes && 1/0 > 1", [True, False, False]),
        ("$variable.yes && $variable.no && 1/0 > 1", [True, True, False]),
        ("$variable.no || $variable.yes || 1/0 > 1", [True, True, False]),
        ("$variable.undefined && $variable.yes", [True, False]),
        ("$variable.undefined || $variable.yes", [True, True]),
        ("1/0 > 1 || $variable.yes", [True, False]),
        ("$variable.yes == $variable.no", [True, True]),
    ],
)
def test_parts_after_the_deciding_one_are_not_reached(text: str, reached: list[bool]) -> None:
    assert [one.reached for one in apart(text, yes=True, no=False).parts] == reached


def test_parts_below_an_unreached_one_are_not_reached() -> None:
    part = apart("$variable.no && ($variable.a == 1 && $variable.b == 2)", no=False)
    assert {one.reached for one in below(part.parts[1])} == {False}


def test_parts_of_templates_and_calls() -> None:
    part = apart("'${$variable.n} rooms' == convert(String, $variable.n + 1)", n=3)
    assert [one.text for one in below(part)][1:] == [
        "'${$variable.n} rooms'",
        "$variable.n",
        "convert(String, $variable.n + 1)",
        "$variable.n + 1",
        "$variable.n",
    ]


def test_long_values_are_cut() -> None:
    assert shown("x" * 100) == '"' + "x" * 58 + "…"


@pytest.mark.parametrize("generator", [typed, untyped])
def test_whole_is_what_the_expression_is(generator: Callable[[random.Random], Tree]) -> None:
    for example in examples(generator, seed=11, count=500):
        expression = compile_expression(example.text)
        part = take_apart(expression, example.scope)
        if part.error is None:
            assert outcome_of(example) == repr(part.value), example.text
        else:
            assert outcome_of(example).endswith(("Error", "Zero", "Overflow", "Mismatch", "Large"))
        assert all(one.text.count("(") == one.text.count(")") for one in below(part) if "'" not in one.text)
