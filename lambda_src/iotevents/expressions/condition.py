"""Evaluation of a condition: true, false, or an error that counts as false."""

from dataclasses import dataclass
from enum import Enum

from iotevents.expressions.errors import EvaluationError
from iotevents.expressions.expression import Expression
from iotevents.expressions.scope import Scope
from iotevents.expressions.values import UNDEFINED, Value, describe


class Result(Enum):
    """Result of a condition, in the terms of the service's debug log.

    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/monitoring-cloudwatch.html
    """

    TRUE = "True"
    FALSE = "False"
    ERROR = "Error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of a condition; `details` say why it is an error or a value that is not Boolean."""

    result: Result
    details: str | None = None

    @property
    def holds(self) -> bool:
        """Return whether the result is true."""
        return self.result is Result.TRUE


TRUE = Verdict(Result.TRUE)
FALSE = Verdict(Result.FALSE)


def judge(condition: Expression | None, scope: Scope) -> Verdict:
    """Evaluate a condition; a missing one is true. Only the object `TRUE` stands for true.

    A value that is not Boolean is false; an evaluation error is an error, which counts as false.
    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-conditional-expressions.html
    """
    if condition is None:
        return TRUE
    try:
        value = condition.evaluate(scope)
    except EvaluationError as error:
        return Verdict(Result.ERROR, str(error))
    if value is True:
        return TRUE
    return FALSE if value is False else Verdict(Result.FALSE, _not_boolean(condition, scope, value))


def _not_boolean(condition: Expression, scope: Scope, value: Value) -> str:
    if value is not UNDEFINED:
        return f"the condition is {describe(value)}, not a Boolean"
    missing = condition.undefined_references(scope)
    return f"undefined: {', '.join(missing)}" if missing else "the condition is undefined"
