"""Mistakes that one could make in the evaluator: each changes one entry of a table, or one function."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from iotevents.expressions import (
    UNDEFINED,
    Scope,
    TypeMismatch,
    Value,
    compiler,
    functions,
    operations,
    parser,
    values,
)
from iotevents.expressions.compiler import Evaluate
from iotevents.expressions.nodes import Connective, Operator, Prefix

Mutation = Callable[[pytest.MonkeyPatch], None]

less, plus, times, equal = (
    operations.BINARY[sign] for sign in (Operator.LESS, Operator.ADD, Operator.MULTIPLY, Operator.EQUAL)
)


def entry(table: Mapping[Any, Any], key: object, value: object) -> Mutation:
    """Another meaning for one operator."""
    return lambda patch: patch.setitem(table, key, value)


def function(name: str, apply: Callable[..., Value]) -> Mutation:
    """Another meaning for a function of its arguments."""
    return entry(functions.FUNCTIONS, name, functions.Pure(functions.FUNCTIONS[name].arity, apply))


def binding(**powers: int) -> Mutation:
    """Another precedence for some operators."""
    signs = {"either": "||", "both": "&&", "pipe": "|", "less": "<", "minus": "-", "slash": "/"}

    def mutate(patch: pytest.MonkeyPatch) -> None:
        for name, power in powers.items():
            patch.setitem(parser.PRECEDENCE, signs[name], power)

    return mutate


def less_with_booleans(left: Value, right: Value) -> Value:
    return left < right if isinstance(left, int) and isinstance(right, int) else less(left, right)


def strict_equal(left: Value, right: Value) -> Value:
    if left is not UNDEFINED and right is not UNDEFINED and type(left) is not type(right):
        raise TypeMismatch("==")
    return equal(left, right)


def equal_within_a_type(left: Value, right: Value) -> Value:
    return type(left) is type(right) and equal(left, right)


def not_equal_of_undefined_is_false(left: Value, right: Value) -> Value:
    return UNDEFINED not in (left, right) and not equal(left, right)


def join_anything(left: Value, right: Value) -> Value:
    one_string = isinstance(left, str) or isinstance(right, str)
    if one_string and UNDEFINED not in (left, right):
        return values.text_of(left) + values.text_of(right)
    return plus(left, right)


def unchecked_product(left: Value, right: Value) -> Value:
    if operations.is_number(left) and operations.is_number(right):
        return left * right
    return times(left, right)


def eager(connective: Connective) -> Callable[[tuple[Evaluate, ...]], Evaluate]:
    """Return a connective that evaluates all its operands first."""

    def make(operands: tuple[Evaluate, ...]) -> Evaluate:
        def evaluate(scope: Scope) -> Value:
            return lazily(tuple(constant(operand(scope)) for operand in operands))(scope)

        return evaluate

    lazily = compiler.LOGIC[connective]
    return make


def undefined_spreads(connective: Connective) -> Callable[[tuple[Evaluate, ...]], Evaluate]:
    """Return a connective that is undefined as soon as one evaluated operand is."""

    def make(operands: tuple[Evaluate, ...]) -> Evaluate:
        def evaluate(scope: Scope) -> Value:
            seen: list[Value] = []
            value = lazily(tuple(watched(operand, seen) for operand in operands))(scope)
            return UNDEFINED if UNDEFINED in seen else value

        return evaluate

    lazily = compiler.LOGIC[connective]
    return make


def constant(value: Value) -> Evaluate:
    return lambda scope: value


def watched(operand: Evaluate, seen: list[Value]) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        seen.append(operand(scope))
        return seen[-1]

    return evaluate


def not_of_undefined_is_true(value: Value) -> Value:
    return True if value is UNDEFINED else operations.logical_not(value)


def boolean_of_any_case(target: Value, value: Value) -> Value:
    return functions.convert(
        target, value.lower() if target == "Boolean" and isinstance(value, str) else value
    )


def decimal_of_any_float(target: Value, value: Value) -> Value:
    if target == "Decimal" and isinstance(value, str) and value[:1] in set("-0123456789"):
        return float(value)
    return functions.convert(target, value)


def same_type_converts(target: Value, value: Value) -> Value:
    return value if target == "String" and isinstance(value, str) else functions.convert(target, value)


def case_matters(scope: Scope, trigger: Value) -> Value:
    answer = functions.trigger_type(scope, trigger)
    return answer is True and trigger in ("Message", "Timer") if isinstance(answer, bool) else answer


def hole_as_word(pieces: list[Value]) -> Value:
    return "".join("undefined" if piece is UNDEFINED else values.text_of(piece) for piece in pieces)


def whole_numbers_without_point(number: float) -> str:
    return f"{number:g}"


def wrapping_index(value: Value, path: tuple[str | int, ...]) -> Value:
    for step in path:
        try:
            value = value[step]  # type: ignore[index]
        except (LookupError, TypeError):
            return UNDEFINED
    return value


MUTANTS: dict[str, Mutation] = {
    "division rounds down": entry(
        operations.BINARY, Operator.DIVIDE, operations.division(lambda left, right: left // right)
    ),
    "division rounds": entry(
        operations.BINARY, Operator.DIVIDE, operations.division(operations.round_quotient)
    ),
    "division of integers is a decimal": entry(
        operations.BINARY,
        Operator.DIVIDE,
        operations.division(lambda left, right: left / right),  # type: ignore[arg-type, return-value]
    ),
    "booleans are numbers": entry(operations.BINARY, Operator.LESS, less_with_booleans),
    "== refuses mixed types": entry(operations.BINARY, Operator.EQUAL, strict_equal),
    "1 == 1.0 is false": entry(operations.BINARY, Operator.EQUAL, equal_within_a_type),
    "undefined != x is false": entry(operations.BINARY, Operator.NOT_EQUAL, not_equal_of_undefined_is_false),
    "+ joins anything": entry(operations.BINARY, Operator.ADD, join_anything),
    "* overflows silently": entry(operations.BINARY, Operator.MULTIPLY, unchecked_product),
    "^ is a power": entry(
        operations.BINARY,
        Operator.BIT_XOR,
        operations.bitwise(Operator.BIT_XOR, lambda left, right: int(math.pow(left % 9, right % 9))),
    ),
    "!undefined is true": entry(operations.UNARY, Prefix.NOT, not_of_undefined_is_true),
    "|| evaluates both sides": entry(compiler.LOGIC, Connective.OR, eager(Connective.OR)),
    "&& evaluates both sides": entry(compiler.LOGIC, Connective.AND, eager(Connective.AND)),
    "|| with undefined is undefined": entry(compiler.LOGIC, Connective.OR, undefined_spreads(Connective.OR)),
    "&& with undefined is undefined": entry(
        compiler.LOGIC, Connective.AND, undefined_spreads(Connective.AND)
    ),
    "|| binds stronger than &&": binding(either=2, both=1),
    "< binds like ==": binding(less=6),
    "| binds stronger than <": binding(pipe=8),
    "- binds stronger than +": binding(minus=9),
    "/ binds like +": binding(slash=8),
    "null is undefined": function("isUndefined", lambda value: value is UNDEFINED or value is None),
    "undefined is null": function("isNull", lambda value: value is UNDEFINED or value is None),
    "bitor takes booleans": function(
        "bitor", lambda left, right: left | right if {type(left), type(right)} <= {int, bool} else UNDEFINED
    ),
    "startsWith and endsWith swapped": function("startsWith", functions.ends_with),
    "convert ignores case": function("convert", boolean_of_any_case),
    "convert takes exponents": function("convert", decimal_of_any_float),
    "convert keeps strings": function("convert", same_type_converts),
    "triggerType minds case": entry(functions.FUNCTIONS, "triggerType", functions.Contextual(case_matters)),
    "a template spells undefined": lambda patch: patch.setattr(compiler, "interpolated", hole_as_word),
    "decimals lose their point": lambda patch: patch.setattr(
        values, "text_of_decimal", whole_numbers_without_point
    ),
    "strings have indices": lambda patch: patch.setattr(compiler, "value_at", wrapping_index),
}
