"""Errors of the expression language.

IotEventsError
└── ExpressionError
    ├── ParseError            the text is not an expression of the language, or too large
    └── EvaluationError       a well-formed expression has no value for these inputs and variables
        ├── TypeMismatch      an operator or function got a type it does not take
        ├── ConversionError   convert() cannot make that type of that value
        ├── DivisionByZero
        ├── NumberOverflow    an integer beyond 64 bit, a decimal that is not finite
        └── ValueTooLarge     a string that is too long, an object that is too deep to be text
"""

import re

from iotevents.errors import IotEventsError


class ExpressionError(IotEventsError):
    """Root of the errors of the expression language."""


class ParseError(ExpressionError):
    """Invalid syntax of an expression; the message shows the text with a caret below the position."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        reason += _hyphen_hint(text, position)
        super().__init__(f"{reason}, at character {position + 1}\n{_excerpt(text, position)}")
        self.reason = reason
        self.text = text
        self.position = position


class EvaluationError(ExpressionError):
    """Root of the errors at run time: an expression has no value."""


class TypeMismatch(EvaluationError):
    """Operand or argument of a type that the operator or function does not take."""


class ConversionError(EvaluationError):
    """Value that `convert()` cannot convert to the requested type."""


class DivisionByZero(EvaluationError):
    """Division by zero."""


class NumberOverflow(EvaluationError):
    """Result that is an integer beyond 64 bit or a decimal that is not finite."""


class ValueTooLarge(EvaluationError):
    """Result that is a string too long, or an object too deep to be text."""


_HYPHENATED = re.compile(r"\$input(?:\.(?:[A-Za-z0-9_]+|`[^`]+`))*?\.([A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+)")


def _hyphen_hint(text: str, position: int) -> str:
    """Return how to write a name with a hyphen, if the position is in or behind one."""
    for match in _HYPHENATED.finditer(text):
        if match.start() <= position <= match.end():
            return f" (a name with a hyphen stands in back-ticks: `{match[1]}`)"
    return ""


def _excerpt(text: str, position: int, margin: int = 60) -> str:
    start = max(0, position - margin)
    line = "".join(c if c.isprintable() else " " for c in text[start : position + margin])
    return f"  {line}\n  {' ' * (position - start)}^"
