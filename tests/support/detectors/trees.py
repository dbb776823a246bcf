"""The text of an expression as a tree of the expression oracle."""

from functools import cache

from iotevents.expressions.nodes import (
    Call,
    InputReference,
    Literal,
    Logic,
    Node,
    Operation,
    Template,
    Unary,
    VariableReference,
)
from iotevents.expressions.parser import parse, parse_text

from tests.support.expressions.oracle import Tree


@cache
def tree_of(text: str) -> Tree:
    """Return the tree of an expression."""
    return _tree(parse(text))


@cache
def tree_of_parameter(text: str) -> Tree:
    """Return the tree of a parameter: an expression if it begins with a quote, else text with `${…}`."""
    return _tree(parse(text) if text[:1] in ("'", '"') else parse_text(text))


def _tree(node: Node) -> Tree:
    match node:
        case Literal(value=value):
            return ("literal", value)
        case InputReference(input=name, path=path):
            return ("input", name, path)
        case VariableReference(name=name):
            return ("variable", name)
        case Unary(operator=sign, operand=operand):
            return ("prefix", sign.value, _tree(operand))
        case Operation(first=first, rest=rest):
            tree = _tree(first)
            for operator, right in rest:
                tree = ("infix", operator.value, tree, _tree(right))
            return tree
        case Logic(connective=connective, operands=operands):
            tree = _tree(operands[0])
            for right in operands[1:]:
                tree = ("infix", connective.value, tree, _tree(right))
            return tree
        case Call(function=function, arguments=arguments):
            return ("call", function, [_tree(one) for one in arguments])
        case Template(parts=parts):
            return ("template", [part if isinstance(part, str) else _tree(part) for part in parts])
