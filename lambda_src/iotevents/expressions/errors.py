"""What can be wrong with an expression.

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

from iotevents.errors import IotEventsError


class ExpressionError(IotEventsError):
    """An expression could not be read or evaluated."""


class ParseError(ExpressionError):
    """The text is not an expression; shows the text with a caret below the place."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        super().__init__(f"{reason}, at character {position + 1}\n{_excerpt(text, position)}")
        self.reason = reason
        self.text = text
        self.position = position


class EvaluationError(ExpressionError):
    """An expression has no value: the base of all errors at run time."""


class TypeMismatch(EvaluationError):
    """An operator or function got a type it does not take."""


class ConversionError(EvaluationError):
    """`convert()` cannot make that type of that value."""


class DivisionByZero(EvaluationError):
    """The divisor is zero."""


class NumberOverflow(EvaluationError):
    """The result is an integer beyond 64 bit or a decimal that is not finite."""


class ValueTooLarge(EvaluationError):
    """The result is a string that is too long, or an object that is too deep to be text."""


def _excerpt(text: str, position: int, margin: int = 60) -> str:
    start = max(0, position - margin)
    line = "".join(c if c.isprintable() else " " for c in text[start : position + margin])
    return f"  {line}\n  {' ' * (position - start)}^"
