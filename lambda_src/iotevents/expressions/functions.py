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
"""What `triggerType()` is asked for, in small letters."""

BOOLEAN_TEXT: Final = {"true": True, "false": False}
"""The strings that are a Boolean for `convert(Boolean, …)`, exactly."""


@dataclass(frozen=True, slots=True)
class Pure:
    """A function of its arguments alone."""

    arity: int
    apply: Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Contextual:
    """A function of one argument that also looks at the evaluation itself."""

    apply: Callable[[Scope, Value], Value]
    arity: int = 1


Function: TypeAlias = Pure | Contextual


def is_null(value: Value) -> Value:
    """True for JSON null only, not for undefined."""
    return value is None


def is_undefined(value: Value) -> Value:
    """True for a reference that leads nowhere, not for null."""
    return value is UNDEFINED


def starts_with(text: Value, prefix: Value) -> Value:
    """Whether a string begins with another; undefined if one is not a string."""
    return text.startswith(prefix) if isinstance(text, str) and isinstance(prefix, str) else UNDEFINED


def ends_with(text: Value, suffix: Value) -> Value:
    """Whether a string ends with another; undefined if one is not a string."""
    return text.endswith(suffix) if isinstance(text, str) and isinstance(suffix, str) else UNDEFINED


def contains(text: Value, part: Value) -> Value:
    """Whether a string contains another; undefined if one is not a string."""
    return part in text if isinstance(text, str) and isinstance(part, str) else UNDEFINED


def bit_or(left: Value, right: Value) -> Value:
    """Bitwise or; undefined if one is not an integer."""
    return left | right if type(left) is int and type(right) is int else UNDEFINED


def bit_and(left: Value, right: Value) -> Value:
    """Bitwise and; undefined if one is not an integer."""
    return left & right if type(left) is int and type(right) is int else UNDEFINED


def bit_xor(left: Value, right: Value) -> Value:
    """Bitwise exclusive or; undefined if one is not an integer."""
    return left ^ right if type(left) is int and type(right) is int else UNDEFINED


def bit_not(value: Value) -> Value:
    """Bitwise complement; undefined if the value is not an integer."""
    return ~value if type(value) is int else UNDEFINED


def convert(target: Value, value: Value) -> Value:
    """Boolean or number to String, String to Boolean or Decimal; every other pair raises ConversionError.

    Also a conversion to the type that the value has already, and one of undefined or null: the guide lists
    the pairs that succeed. Integer to String is not among them; it works since Integer and Decimal are
    compatible.
    """
    if target == "String" and type(value) in (bool, int, float):
        return text_of(value)
    if target == "Boolean" and isinstance(value, str) and value in BOOLEAN_TEXT:
        return BOOLEAN_TEXT[value]
    if target == "Decimal" and isinstance(value, str) and DECIMAL_TEXT.fullmatch(value):
        return _finite(float(value), value)
    raise ConversionError(f"convert() cannot make {_target_name(target)} of {describe(value)}")


def timeout(scope: Scope, timer: Value) -> Value:
    """Whether the timer is one of those whose expiry started this evaluation; it stays so throughout it."""
    return timer in scope.expired if isinstance(timer, str) else asked_for("timeout", timer)


def trigger_type(scope: Scope, trigger: Value) -> Value:
    """Whether a message or a timer started this evaluation; the guide writes the word in several cases."""
    if not isinstance(trigger, str):
        return asked_for("triggerType", trigger)
    found = TRIGGERS.get(trigger.lower())
    return found is not None and found is scope.trigger_type


def current_input(scope: Scope, name: Value) -> Value:
    """Whether a message of this input started this evaluation."""
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
"""By their names, which are case-sensitive."""


def asked_for(function: str, value: Value) -> Undefined:
    """The answer where no name is asked for: undefined for undefined, a TypeMismatch for anything else."""
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
