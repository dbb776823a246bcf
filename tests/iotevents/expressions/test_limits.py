"""Nothing that one can write exhausts stack, memory or time."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from iotevents.expressions import (
    EvaluationError,
    NumberOverflow,
    ParseError,
    Scope,
    Value,
    ValueTooLarge,
    compile_expression,
)
from iotevents.expressions.limits import MAX_HEIGHT, MAX_NODES, MAX_STRING_LENGTH, MAX_TEXT_LENGTH

NOTHING = Scope({}, {})


def nested(open_: str, close: str, depth: int) -> str:
    return open_ * depth + "1" + close * depth


@pytest.mark.parametrize(
    ("open_", "close"),
    [
        ("(", ")"),
        ("!", ""),
        ("-", ""),
        ("~", ""),
        ("isNull(", ")"),
        ("'${", "}'"),
        ("1+(", ")"),
        ("true&&!(", ")"),
    ],
)
def test_deep_nesting_is_refused(open_: str, close: str) -> None:
    with pytest.raises(ParseError, match="nested deeper"):
        compile_expression(nested(open_, close, MAX_HEIGHT + 5))


def test_wide_levels_on_the_left_are_counted() -> None:
    text = "1"
    for _ in range(12):
        text = f"({text}*1+1<1==1&1^1|1&&1||1)"
    with pytest.raises(ParseError, match="nested deeper"):
        compile_expression(text)


def test_allowed_nesting_runs_close_to_the_stack_limit() -> None:
    expression = compile_expression(nested("isNull(", ")", MAX_HEIGHT - 2))

    def deep(frames: int) -> object:
        return deep(frames - 1) if frames else expression.evaluate(NOTHING)

    assert deep(sys.getrecursionlimit() - 4 * MAX_HEIGHT - _frames()) is False


def _frames() -> int:
    frame, count = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        count += 1
    return count


@pytest.mark.parametrize("link", ["1+", "1-", "1*", "true&&", "false||", "1|", "1==", "1<", "'a'+"])
def test_long_chain_within_the_limit_is_read(link: str) -> None:
    compile_expression(link * (MAX_NODES - 2) + link.rstrip("+-*&|=<"))


@pytest.mark.parametrize("link", ["1+", "true&&", "true||", "1==", "'${1}'+", "isNull(1)||"])
def test_too_many_parts_are_refused(link: str) -> None:
    with pytest.raises(ParseError, match="more than"):
        compile_expression((link * MAX_NODES)[: MAX_TEXT_LENGTH // len(link) * len(link)] + "1")


def test_too_long_text_is_refused() -> None:
    with pytest.raises(ParseError, match="characters"):
        compile_expression("'" + "x" * MAX_TEXT_LENGTH + "'")


@pytest.mark.parametrize("text", ["$variable.s + $variable.s", "'${$variable.s}${$variable.s}'"])
def test_long_string_is_an_error(text: str) -> None:
    scope = Scope({}, {"s": "x" * (MAX_STRING_LENGTH // 2 + 1)})
    with pytest.raises(ValueTooLarge):
        compile_expression(text).evaluate(scope)


@pytest.mark.parametrize(
    ("text", "error"),
    [("$variable.v + $variable.v", ValueTooLarge), ("$variable.n * $variable.n", NumberOverflow)],
)
def test_variable_set_from_itself_stops_growing(text: str, error: type[EvaluationError]) -> None:
    variables: dict[str, Value] = {"v": "x", "n": 3}
    expression, scope = compile_expression(text), Scope({}, variables)
    with pytest.raises(error):
        repeat(64, lambda: variables.update(dict.fromkeys("vn", expression.evaluate(scope))))


def repeat(times: int, action: Callable[[], None]) -> None:
    for _ in range(times):
        action()


def test_deep_object_has_no_text() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(ValueTooLarge):
        compile_expression("'${$input.I.v}'").evaluate(Scope({"I": {"v": value}}, {}))
    assert compile_expression("$input.I.v == $input.I.v").evaluate(Scope({"I": {"v": value}}, {})) is False


def test_wide_object_has_no_text() -> None:
    with pytest.raises(ValueTooLarge):
        compile_expression("'${$input.I}'").evaluate(Scope({"I": {"v": [10] * MAX_STRING_LENGTH}}, {}))
