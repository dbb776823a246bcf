"""Checks of single configuration values: each takes what JSON gave and returns what the forwarder uses.

A check raises WrongValue with what is allowed; the caller names the key.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from forwarder.config.expressions import ExpressionError, compile_expression

Check = Callable[[Any, str], Any]
"""(the value, the key it stands under) -> the checked value."""

INPUT_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")
INPUT_NAME_RULE = "1 to 128 letters, digits, `_`, `.` or `-`, the first a letter or digit"


class WrongValue(ValueError):
    """Value that its key does not allow; the text says what the key allows."""


@dataclass(frozen=True, slots=True)
class Integer:
    """Check for whole numbers in a range."""

    minimum: int
    maximum: int | None = None

    def __call__(self, value: Any, key: str) -> int:
        """Return the number; raise WrongValue for any other value."""
        too_large = self.maximum is not None and type(value) is int and value > self.maximum
        if type(value) is not int or value < self.minimum or too_large:
            raise refusal(value, self._rule())
        return value

    def _rule(self) -> str:
        if self.maximum:
            return f"an integer from {self.minimum} to {self.maximum}"
        return f"an integer of at least {self.minimum}"


@dataclass(frozen=True, slots=True)
class Seconds:
    """Check for a positive number of seconds."""

    maximum: int

    def __call__(self, value: Any, key: str) -> float:
        """Return the number; raise WrongValue for any other value."""
        if type(value) not in (int, float) or not 0 < value <= self.maximum or not math.isfinite(value):
            raise refusal(value, f"a number of seconds above 0, at most {self.maximum}")
        return float(value)


class Choice:
    """Check for one of the allowed words."""

    __slots__ = ("allowed",)

    def __init__(self, *allowed: str) -> None:
        self.allowed = allowed

    def __call__(self, value: Any, key: str) -> str:
        """Return the word; raise WrongValue for any other value."""
        if not isinstance(value, str) or value not in self.allowed:
            raise refusal(value, " or ".join((", ".join(self.allowed[:-1]), self.allowed[-1])))
        return value


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
