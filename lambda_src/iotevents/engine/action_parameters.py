"""The evaluated parameters of an action.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_DynamoDBAction.html,
API_IotSiteWiseAction.html, API_AssetPropertyVariant.html
"""

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final, TypeAlias

from iotevents.engine.evaluation import Evaluation
from iotevents.expressions import UNDEFINED, Expression, Value, describe, is_scalar, text_of
from iotevents.models import ExternalAction

Convert: TypeAlias = Callable[[Value], Any]

MAX_NUMBER_LENGTH: Final = 40
"""A number of DynamoDB has up to 38 digits."""

NUMBER_TEXT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


class ParameterError(ValueError):
    """Value with which an action cannot be performed; the text says why."""


def parameters_of(evaluation: Evaluation, action: ExternalAction) -> dict[str, Any]:
    """Return the evaluated members of the action, nested as in the model.

    Raise EvaluationError or ParameterError.
    """
    parameters: dict[str, Any] = {}
    conversions = CONVERSIONS.get(action.type, {})
    for path, expression in action.parameters:
        value = _defined(evaluation, path, expression)
        try:
            _place(parameters, path, conversions.get(path, text)(value))
        except ParameterError as error:
            raise ParameterError(f"{path} {error}") from error
    if action.type == "dynamoDB":
        _type_keys(parameters)
    return {**parameters, **action.options}


def _defined(evaluation: Evaluation, path: str, expression: Expression) -> Value:
    value = expression.evaluate(evaluation)
    if value is not UNDEFINED:
        return value
    missing = ", ".join(expression.undefined_references(evaluation))
    raise ParameterError(f"{path} could not be evaluated; undefined: {missing}")


def _place(parameters: dict[str, Any], path: str, value: Any) -> None:
    *groups, name = path.split(".")
    for group in groups:
        parameters = parameters.setdefault(group, {})
    parameters[name] = value


def text(value: Value) -> str:
    """Convert text, a number or a Boolean to text."""
    if not is_scalar(value):
        raise ParameterError(f"must be text, not {describe(value)}")
    return text_of(value)


def number(value: Value) -> int | float:
    """Convert a number, or the text of one, to a number."""
    if type(value) is int or type(value) is float:
        return value
    if isinstance(value, str) and len(value) <= MAX_NUMBER_LENGTH and NUMBER_TEXT.fullmatch(value):
        parsed = float(value) if set(value) & set(".eE") else int(value)
        if isfinite(parsed):
            return parsed
    raise ParameterError(f"must be a number, not {describe(value)}")


def whole(least: int, most: int) -> Convert:
    """Return the conversion to a whole number in this range, also of the text of one."""

    def convert(value: Value) -> int:
        parsed = number(value)
        if parsed != int(parsed):
            raise ParameterError(f"must be a whole number, not {describe(value)}")
        if not least <= parsed <= most:
            raise ParameterError(f"must be a whole number from {least} to {most}, not {describe(value)}")
        return int(parsed)

    return convert


def boolean(value: Value) -> bool:
    """Convert a Boolean, or the text of one in any case: the API writes 'TRUE' and 'FALSE'."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.upper() in ("TRUE", "FALSE"):
        return value.upper() == "TRUE"
    raise ParameterError(f"must be 'TRUE' or 'FALSE', not {describe(value)}")


def one_of(*choices: str) -> Convert:
    """Return the conversion that takes only some words."""

    def convert(value: Value) -> str:
        if isinstance(value, str) and value in choices:
            return value
        raise ParameterError(f"must be {' or '.join(map(repr, choices))}, not {describe(value)}")

    return convert


def scalar(value: Value) -> Value:
    """Pass on a value of one of the four types of the language."""
    if is_scalar(value):
        return value
    raise ParameterError(f"must be text or a number, not {describe(value)}")


def _type_keys(parameters: dict[str, Any]) -> None:
    """Convert the keys to numbers where their types say NUMBER, else to text."""
    for key in ("hashKey", "rangeKey"):
        if (name := f"{key}Value") in parameters:
            convert = number if parameters.get(f"{key}Type") == "NUMBER" else text
            try:
                parameters[name] = convert(parameters[name])
            except ParameterError as error:
                raise ParameterError(f"{name} {error}") from error


CONVERSIONS: Final[Mapping[str, Mapping[str, Convert]]] = {
    "dynamoDB": {
        "hashKeyValue": scalar,
        "rangeKeyValue": scalar,
        "hashKeyType": one_of("STRING", "NUMBER"),
        "rangeKeyType": one_of("STRING", "NUMBER"),
        "operation": one_of("INSERT", "UPDATE", "DELETE"),
    },
    "iotSiteWise": {
        "propertyValue.value.integerValue": whole(-(2**31), 2**31 - 1),
        "propertyValue.value.doubleValue": lambda value: float(number(value)),
        "propertyValue.value.booleanValue": boolean,
        "propertyValue.timestamp.timeInSeconds": whole(1, 31_556_889_864_403_199),
        "propertyValue.timestamp.offsetInNanos": whole(0, 999_999_999),
        "propertyValue.quality": one_of("GOOD", "BAD", "UNCERTAIN"),
    },
}
"""Conversions of the members that are not text."""
