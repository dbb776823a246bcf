"""Objects inside the settings, each with a table of its keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """Check for an object of these keys, which makes the section of its values."""

    keys: Mapping[str, Key]
    make: Callable[..., T]

    def __call__(self, value: Any, key: str) -> T:
        """Return the section; raise WrongValue or ConfigError."""
        return self.make(**read_section(value, self.keys, key))
