"""The expression language of detector models.

    expression = compile_expression("$input.Pump.pressure > 70 && $variable.alarms < 3")
    scope = Scope(inputs={"Pump": {"pressure": 80}}, variables={"alarms": 0})
    expression.evaluate(scope)                  # True
    expression.references.inputs                # frozenset({"Pump"})
    judge(expression, scope) is TRUE            # a condition never raises

In goes the text of an expression, out comes an Expression (`expression.py`, the entrance), compiled once and
evaluated often; `ParseError` shows the position of an invalid one. Its value is a Boolean, Integer, Decimal
or String; null, an array or an object if a message holds one; or `UNDEFINED`, which is not null. Without a
value it raises an `EvaluationError`.
"""

from iotevents.expressions.condition import FALSE, TRUE, Result, Verdict, judge
from iotevents.expressions.errors import (
    ConversionError,
    DivisionByZero,
    EvaluationError,
    ExpressionError,
    NumberOverflow,
    ParseError,
    TypeMismatch,
    ValueTooLarge,
)
from iotevents.expressions.expression import (
    Expression,
    compile_expression,
    compile_parameter,
    compile_text,
    is_expression,
)
from iotevents.expressions.nodes import Node
from iotevents.expressions.operations import IntegerDivision
from iotevents.expressions.parts import Part, shown, take_apart
from iotevents.expressions.path import AttributePath, compile_path
from iotevents.expressions.references import References
from iotevents.expressions.scope import Scope, TriggerType
from iotevents.expressions.values import UNDEFINED, Undefined, Value, describe, is_scalar, text_of, type_name

__all__ = [
    "FALSE",
    "TRUE",
    "UNDEFINED",
    "AttributePath",
    "ConversionError",
    "DivisionByZero",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "IntegerDivision",
    "Node",
    "NumberOverflow",
    "ParseError",
    "Part",
    "References",
    "Result",
    "Scope",
    "TriggerType",
    "TypeMismatch",
    "Undefined",
    "Value",
    "ValueTooLarge",
    "Verdict",
    "compile_expression",
    "compile_parameter",
    "compile_path",
    "compile_text",
    "describe",
    "is_expression",
    "is_scalar",
    "judge",
    "shown",
    "take_apart",
    "text_of",
    "type_name",
]
