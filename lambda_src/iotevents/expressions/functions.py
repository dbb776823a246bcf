"""The thirteen built-in functions; the language has no others.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from iotevents.expressions.errors import ConversionError, NumberOverflow, TypeMismatch
from iotevents.expressions.scope import Scope, TriggerType
from iotevents.expressions.values import UNDEFINED, Undefined, Value, describe, text_of, type_name

CONVERSION_TYPES: Final = ("String", "Boolean", "Decimal")
"""The words that `convert()` takes as its first argument, bare or as a string."""

DECIMAL_TEXT: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
"""The strings that are a number for `convert(Decimal, …)`: no plus sign, exponent, space or bare point."""

TRIGGERS: Final = {trigger.value: trigger for trigger in TriggerType}
"""The arguments of `triggerType()`, in small letters."""

BOOLEAN_TEXT: Final = {"true": True, "false": False}
"""The strings that are a Boolean for `convert(Boolean, …)`, exactly."""


@dataclass(frozen=True, slots=True)
class Pure:
    """Function of its arguments alone."""

    arity: int
    apply: Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Contextual:
    """Function of one argument that also reads the scope."""

    apply: Callable[[Scope, Value], Value]
    arity: int = 1


Function: TypeAlias = Pure | Contextual


def is_null(value: Value) -> Value:
    """Return True for JSON null only, not for undefined."""
    return value is None


def is_undefined(value: Value) -> Value:
    """Return True for an undefined reference, not for null."""
    return value is UNDEFINED


def starts_with(text: Value, prefix: Value) -> Value:
    """Return whether a string begins with another; undefined if either is not a string."""
    return text.startswith(prefix) if isinstance(text, str) and isinstance(prefix, str) else UNDEFINED


def ends_with(text: Value, suffix: Value) -> Value:
    """Return whether a string ends with another; undefined if either is not a string."""
    return text.endswith(suffix) if isinstance(text, str) and isinstance(suffix, str) else UNDEFINED


def contains(text: Value, part: Value) -> Value:
    """Return whether a string contains another; undefined if either is not a string."""
    return part in text if isinstance(text, str) and isinstance(part, str) else UNDEFINED


def bit_or(left: Value, right: Value) -> Value:
    """Return the bitwise or; undefined if either is not an integer."""
    return left | right if type(left) is int and type(right) is int else UNDEFINED


def bit_and(left: Value, right: Value) -> Value:
    """Return the bitwise and; undefined if either is not an integer."""
    return left & right if type(left) is int and type(right) is int else UNDEFINED


def bit_xor(left: Value, right: Value) -> Value:
    """Return the bitwise exclusive or; undefined if either is not an integer."""
    return left ^ right if type(left) is int and type(right) is int else UNDEFINED


def bit_not(value: Value) -> Value:
    """Return the bitwise complement; undefined if the value is not an integer."""
    return ~value if type(value) is int else UNDEFINED


def convert(target: Value, value: Value) -> Value:
    """Convert a Boolean or number to String, or a String to Boolean or Decimal.

    Raise ConversionError for every other pair, also to the type that the value already has, and for
    undefined and null: the guide lists the pairs that succeed. Integer to String is not among them; it works
    since Integer and Decimal are compatible.
    """
    if target == "String" and type(value) in (bool, int, float):
        return text_of(value)
    if target == "Boolean" and isinstance(value, str) and value in BOOLEAN_TEXT:
        return BOOLEAN_TEXT[value]
    if target == "Decimal" and isinstance(value, str) and DECIMAL_TEXT.fullmatch(value):
        return _finite(float(value), value)
    raise ConversionError(f"convert() cannot make {_target_name(target)} of {describe(value)}")


def timeout(scope: Scope, timer: Value) -> Value:
    """Return whether the timer is one of those whose expiry started this evaluation."""
    return timer in scope.expired if isinstance(timer, str) else asked_for("timeout", timer)


def trigger_type(scope: Scope, trigger: Value) -> Value:
    """Return whether the trigger is of the named type; in any case: the guide writes the word in several."""
    if not isinstance(trigger, str):
        return asked_for("triggerType", trigger)
    wanted = TRIGGERS.get(trigger.lower())
    return wanted is not None and wanted is scope.trigger_type


def current_input(scope: Scope, name: Value) -> Value:
    """Return whether a message of this input started the evaluation."""
    return name == scope.current_input if isinstance(name, str) else asked_for("currentInput", name)


FUNCTIONS: Final[dict[str, Function]] = {
    "timeout": Contextual(timeout),
    "convert": Pure(2, convert),
    "isNull": Pure(1, is_null),
    "isUndefined": Pure(1, is_undefined),
    "triggerType": Contextual(trigger_type),
    "currentInput": Contextual(current_input),
    "startsWith": Pure(2, starts_with),
    "endsWith": Pure(2, ends_with),
    "contains": Pure(2, contains),
    "bitor": Pure(2, bit_or),
    "bitand": Pure(2, bit_and),
    "bitxor": Pure(2, bit_xor),
    "bitnot": Pure(1, bit_not),
}
"""The functions by their names, which are case-sensitive."""


def asked_for(function: str, value: Value) -> Undefined:
    """Return undefined for an undefined argument; raise TypeMismatch for any other that is no name."""
    if value is UNDEFINED:
        return UNDEFINED
    raise TypeMismatch(f"{function}() takes a String, not {describe(value)}")


def _target_name(target: Value) -> str:
    return (
        target if isinstance(target, str) and target in CONVERSION_TYPES else f"the type {describe(target)}"
    )


def _finite(number: float, text: str) -> float:
    if math.isfinite(number):
        return number
    raise NumberOverflow(f"{type_name(text)} of {len(text)} characters is beyond the range of a Decimal")
