"""Paths of a model's key and of an input's attributes: names joined by dots."""

import re
from dataclasses import dataclass
from typing import Final

from iotevents.expressions.compiler import value_at
from iotevents.expressions.errors import ParseError
from iotevents.expressions.values import UNDEFINED, Value

_NAME: Final = re.compile(r"(?:`([\w\- ]+)`|([\w\-]+))", re.ASCII)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """Path of an attribute in a payload, such as ``sensorData.`motor id` ``."""

    text: str
    names: tuple[str, ...]

    def value(self, payload: Value) -> Value:
        """Return the value at the path in a decoded payload, or `UNDEFINED`."""
        if len(self.names) == 1 and type(payload) is dict:  # as most keys are
            value: Value = payload.get(self.names[0], UNDEFINED)
            return value
        return value_at(payload, self.names)


def compile_path(text: str) -> AttributePath:
    """Compile a `jsonPath` or `key`: names joined by dots, with spaces in back-ticks, no indices.

    Raise ParseError if the text is no path.
    Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_Attribute.html
    """
    names = []
    position = -1
    while position < len(text):
        if position >= 0 and text[position] != ".":
            raise ParseError("expected `.` between two names", text, position)
        match = _NAME.match(text, position + 1)
        if match is None:
            raise ParseError(
                "expected a name: letters, digits, _ and -, with spaces in back-ticks", text, position + 1
            )
        names.append(match.group(1) or match.group(2))
        position = match.end()
    return AttributePath(text, tuple(names))
