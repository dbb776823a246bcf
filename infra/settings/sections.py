"""Objects inside the settings, each with a table of its keys."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from forwarder.config.schema import Key, read
from forwarder.config.validators import refusal
from forwarder.errors import ConfigError

T = TypeVar("T")


def read_section(value: Any, keys: Mapping[str, Key], key: str) -> dict[str, Any]:
    """Return the value of every field of the object at a key; raises WrongValue or ConfigError."""
    if not isinstance(value, Mapping):
        raise refusal(value, "an object")
    problems: list[str] = []
    values = read(value, keys, f"{key}.", problems)
    if problems:
        raise ConfigError(problems)
    return values


def section(keys: Mapping[str, Key], make: Callable[..., T]) -> Callable[[Any, str], T]:
    """Return a check for an object of these keys, which makes the section of its values."""
    return lambda value, key: make(**read_section(value, keys, key))
