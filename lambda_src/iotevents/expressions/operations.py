"""Operators on values: types, undefined, null, limits.

The rules that the guide leaves open are each one function here; `decisions.py` lists them.
Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
"""

import operator
from collections.abc import Callable, Mapping
from enum import Enum
from math import isfinite
from typing import Any, Final, TypeAlias, TypeGuard

from iotevents.expressions.errors import DivisionByZero, NumberOverflow, TypeMismatch
from iotevents.expressions.limits import MAX_INTEGER, MIN_INTEGER
from iotevents.expressions.nodes import Operator, Prefix
from iotevents.expressions.values import UNDEFINED, Value, describe, limited, text_of

Number: TypeAlias = int | float
BinaryOperation: TypeAlias = Callable[[Value, Value], Value]
UnaryOperation: TypeAlias = Callable[[Value], Value]


class IntegerDivision(Enum):
    """Rounding of Integer / Integer; the guide says "rounded" and no more."""

    TRUNCATE = "truncate"
    ROUND = "round"


def is_number(value: Value) -> TypeGuard[Number]:
    """Return whether a value is an Integer or a Decimal; a Boolean is neither."""
    return type(value) is int or type(value) is float


def equal(left: Value, right: Value) -> Value:
    """Apply `==`: false for undefined, incompatible types, arrays and objects; null equals null only."""
    if type(left) is type(right):
        return left == right and left is not UNDEFINED and not isinstance(left, (list, dict))
    return is_number(left) and is_number(right) and left == right


def not_equal(left: Value, right: Value) -> Value:
    """Apply `!=`, the opposite of `==`: undefined differs from undefined; AWS's templates rely on it."""
    return not equal(left, right)


def ordering(sign: Operator, holds: Callable[[Any, Any], bool]) -> BinaryOperation:
    """Return `< <= > >=` on two numbers, or on two strings by code point; undefined stays undefined."""

    def compare(left: Value, right: Value) -> Value:
        kind, other = type(left), type(right)
        if (kind is int or kind is float) and (
            other is int or other is float
        ):  # calls would take half the time
            return holds(left, right)
        if kind is str and other is str:
            return holds(left, right)
        return undefined_or_mismatch(sign.value, left, right)

    return compare


def arithmetic(apply: Callable[[Any, Any], Number], otherwise: BinaryOperation) -> BinaryOperation:
    """Return `+ - * /` on two numbers; `otherwise` decides about other operands."""

    def compute(left: Value, right: Value) -> Value:
        kind, other = type(left), type(right)
        if (kind is int or kind is float) and (
            other is int or other is float
        ):  # calls would take half the time
            result = apply(left, right)
            return result if MIN_INTEGER <= result <= MAX_INTEGER else checked(result)
        return otherwise(left, right)

    return compute


def join(left: Value, right: Value) -> Value:
    """Join two strings, or a string and a number, by `+`; no other type becomes text here."""
    if isinstance(left, str) and (isinstance(right, str) or is_number(right)):
        return limited(left + text_of(right))
    if is_number(left) and isinstance(right, str):
        return limited(text_of(left) + right)
    return undefined_or_mismatch("+", left, right)


def division(of_integers: Callable[[int, int], int]) -> BinaryOperation:
    """Return `/`: Integer by Integer is an Integer; a zero divisor is an error, also of decimals."""

    def quotient(left: Number, right: Number) -> Number:
        if right == 0:
            raise DivisionByZero(f"{describe(left)} / {describe(right)}: division by zero")
        if isinstance(left, int) and isinstance(right, int):
            return of_integers(left, right)
        return left / right

    return arithmetic(quotient, mismatch("/"))


def truncate_quotient(left: int, right: int) -> int:
    """Return the quotient without its fraction: 7 / 2 is 3, -7 / 2 is -3."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def round_quotient(left: int, right: int) -> int:
    """Return the nearest integer, halves away from zero: 7 / 2 is 4, -7 / 2 is -4."""
    quotient = (2 * abs(left) + abs(right)) // (2 * abs(right))
    return quotient if (left < 0) == (right < 0) else -quotient


def bitwise(sign: Operator, apply: Callable[[int, int], int]) -> BinaryOperation:
    """Return `| & ^` on two integers."""

    def combine(left: Value, right: Value) -> Value:
        if type(left) is int and type(right) is int:
            return apply(left, right)
        return undefined_or_mismatch(sign.value, left, right)

    return combine


def logical_not(value: Value) -> Value:
    """Apply `!` to a Boolean; undefined stays undefined."""
    if type(value) is bool:
        return not value
    return undefined_or_refused("!", value)


def bitwise_not(value: Value) -> Value:
    """Apply `~` to an Integer."""
    if type(value) is int:
        return ~value
    return undefined_or_refused("~", value)


def negate(value: Value) -> Value:
    """Apply `-` to a number."""
    if is_number(value):
        return checked(-value)
    return undefined_or_refused("-", value)


def checked(result: Number) -> Number:
    """Return the number itself; raise NumberOverflow beyond 64 bit or if it is not finite."""
    if MIN_INTEGER <= result <= MAX_INTEGER or (type(result) is float and isfinite(result)):
        return result
    raise NumberOverflow("the result is beyond the range of an Integer or Decimal")


def mismatch(sign: str) -> BinaryOperation:
    """Return the operation on operands of types that the operator does not take."""
    return lambda left, right: undefined_or_mismatch(sign, left, right)


def undefined_or_mismatch(sign: str, left: Value, right: Value) -> Value:
    """Return undefined if either operand is undefined, whatever the other is; else raise TypeMismatch."""
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    raise TypeMismatch(f"{sign} does not take {describe(left)} and {describe(right)}")


def undefined_or_refused(sign: str, value: Value) -> Value:
    """Return undefined for an undefined operand of a prefix operator; else raise TypeMismatch."""
    if value is UNDEFINED:
        return UNDEFINED
    raise TypeMismatch(f"{sign} does not take {describe(value)}")


ORDERINGS: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}
"""The ordering operators between two numbers, or two strings."""

BINARY: Final[dict[Operator, BinaryOperation]] = {
    Operator.BIT_OR: bitwise(Operator.BIT_OR, operator.or_),
    Operator.BIT_XOR: bitwise(Operator.BIT_XOR, operator.xor),
    Operator.BIT_AND: bitwise(Operator.BIT_AND, operator.and_),
    Operator.EQUAL: equal,
    Operator.NOT_EQUAL: not_equal,
    **{sign: ordering(sign, holds) for sign, holds in ORDERINGS.items()},
    Operator.ADD: arithmetic(operator.add, otherwise=join),
    Operator.SUBTRACT: arithmetic(operator.sub, otherwise=mismatch("-")),
    Operator.MULTIPLY: arithmetic(operator.mul, otherwise=mismatch("*")),
    Operator.DIVIDE: division(truncate_quotient),
}
"""The binary operators, with both operands evaluated."""

UNARY: Final[dict[Prefix, UnaryOperation]] = {
    Prefix.NOT: logical_not,
    Prefix.BIT_NOT: bitwise_not,
    Prefix.NEGATE: negate,
}
"""The prefix operators."""


def binary_operations(integer_division: IntegerDivision) -> Mapping[Operator, BinaryOperation]:
    """Return the binary operators with the requested division of integers."""
    if integer_division is IntegerDivision.TRUNCATE:
        return BINARY
    return {**BINARY, Operator.DIVIDE: division(round_quotient)}
