"""Compiled expressions: parsed once, evaluated often."""

from dataclasses import dataclass, field

from iotevents.expressions.compiler import Evaluate, compile_node
from iotevents.expressions.nodes import Node
from iotevents.expressions.operations import IntegerDivision, binary_operations
from iotevents.expressions.parser import parse, parse_text
from iotevents.expressions.references import References, references_of
from iotevents.expressions.scope import Scope
from iotevents.expressions.tokens import text_outside_holes
from iotevents.expressions.values import UNDEFINED


@dataclass(frozen=True, slots=True)
class Expression:
    """Compiled expression.

    `evaluate(scope)` returns its value, which may be `UNDEFINED`, or raises EvaluationError; it only reads
    the scope.
    """

    text: str
    node: Node = field(repr=False)
    references: References = field(compare=False, repr=False)
    evaluate: Evaluate = field(compare=False, repr=False)

    def undefined_references(self, scope: Scope) -> tuple[str, ...]:
        """Return the references, as written, that are undefined in this scope."""
        reads = self.references.reads
        missing = [read for read in reads if evaluator_of(read)(scope) is UNDEFINED]
        return tuple(dict.fromkeys(self.text[slice(*read.span)] for read in missing))


def compile_expression(
    text: str, *, integer_division: IntegerDivision = IntegerDivision.TRUNCATE
) -> Expression:
    """Compile an expression such as `$input.Pump.pressure > 70 && $variable.alarms < 3`; raise ParseError.

    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
    """
    return _compiled(text, parse(text), integer_division)


def compile_text(text: str, *, integer_division: IntegerDivision = IntegerDivision.TRUNCATE) -> Expression:
    """Compile text in which `${…}` is an expression (`pumps/${$variable.id}/alarm`); raise ParseError.

    Quotes and backslashes outside `${…}` stand for themselves.
    """
    return _compiled(text, parse_text(text), integer_division)


def compile_parameter(
    text: str, *, integer_division: IntegerDivision = IntegerDivision.TRUNCATE
) -> Expression:
    """Compile an action's parameter: plain text, a template or an expression (see `is_expression`)."""
    compile_as = compile_expression if is_expression(text) else compile_text
    return compile_as(text, integer_division=integer_division)


def is_expression(parameter: str) -> bool:
    """Return whether a parameter such as `mqttTopic` is an expression and not plain text.

    An expression begins with a quote or has a reference outside `${…}`. The guide allows plain text and
    expressions there and gives no rule to distinguish them. Raise ParseError if a `${` is never closed.
    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-supported-actions.html
    """
    if parameter.lstrip().startswith(("'", '"')):
        return True
    outside = text_outside_holes(parameter)
    return "$input." in outside or "$variable." in outside


def evaluator_of(node: Node) -> Evaluate:
    """Return the closure of a node, with the default division of integers."""
    return compile_node(node, _DEFAULT_OPERATIONS)


_DEFAULT_OPERATIONS = binary_operations(IntegerDivision.TRUNCATE)


def _compiled(text: str, node: Node, integer_division: IntegerDivision) -> Expression:
    evaluate = compile_node(node, binary_operations(integer_division))
    return Expression(text, node, references_of(node), evaluate)
