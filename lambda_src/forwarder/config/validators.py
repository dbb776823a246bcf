"""Checks of single configuration values: each takes what JSON gave and returns what the forwarder uses.

A check raises WrongValue with what is allowed; the caller names the key.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from forwarder.config.expressions import ExpressionError, compile_expression

Check = Callable[[Any, str], Any]
"""(the value, the key it stands under) -> the checked value."""

INPUT_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")
INPUT_NAME_RULE = "1 to 128 letters, digits, `_`, `.` or `-`, the first a letter or digit"


class WrongValue(ValueError):
    """Value that its key does not allow; the text says what the key allows."""


def integer(minimum: int, maximum: int | None = None) -> Check:
    """Return a check for whole numbers in a range."""
    rule = f"an integer from {minimum} to {maximum}" if maximum else f"an integer of at least {minimum}"

    def check(value: Any, key: str) -> int:
        if type(value) is not int or value < minimum or (maximum is not None and value > maximum):
            raise refusal(value, rule)
        return value

    return check


def seconds(maximum: int) -> Check:
    """Return a check for a positive number of seconds."""
    rule = f"a number of seconds above 0, at most {maximum}"

    def check(value: Any, key: str) -> float:
        if type(value) not in (int, float) or not 0 < value <= maximum or not math.isfinite(value):
            raise refusal(value, rule)
        return float(value)

    return check


def choice(*allowed: str) -> Check:
    """Return a check for one of the allowed words."""
    rule = " or ".join((", ".join(allowed[:-1]), allowed[-1]))

    def check(value: Any, key: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise refusal(value, rule)
        return value

    return check


def flag(value: Any, key: str) -> bool:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise refusal(value, "true or false")
    return value


def text(value: Any, key: str) -> str:
    """Check for text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise refusal(value, "text that is not empty")
    return value


def input_name(value: Any, key: str) -> str:
    """Check for an input's name (BatchPutMessage, `inputName`)."""
    if not isinstance(value, str) or not INPUT_NAME.fullmatch(value):
        raise refusal(value, INPUT_NAME_RULE)
    return value


def url(value: Any, key: str) -> str:
    """Check for an http or https URL with a host."""
    if not isinstance(value, str) or not _has_host(value):
        raise refusal(value, "a URL like https://host/path")
    return value


def queue_url(value: Any, key: str) -> str:
    """Check for the URL of a standard queue."""
    url(value, key)
    if value.removesuffix("/").endswith(".fifo"):
        raise refusal(value, "the URL of a standard queue (no .fifo)")
    return str(value)


def expression(value: Any, key: str) -> Any:
    """Check for a JMESPath expression; return it compiled."""
    if not isinstance(value, str):
        raise refusal(value, "a JMESPath expression as text")
    try:
        return compile_expression(value, key)
    except ExpressionError as error:
        raise WrongValue(str(error)) from error


def refusal(value: Any, rule: str) -> WrongValue:
    """Return the error for a value that a rule does not allow."""
    return WrongValue(f"must be {rule}, not {shown(value)}")


def shown(value: Any) -> str:
    """Return a value as JSON, cut to 80 characters for a message."""
    json_text = json.dumps(value, default=repr)
    return json_text if len(json_text) <= 80 else json_text[:77] + "..."


def _has_host(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
