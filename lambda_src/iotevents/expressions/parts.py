"""An expression taken apart: the value of each sub-expression in a scope, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from iotevents.expressions.errors import EvaluationError
from iotevents.expressions.expression import Expression, evaluator_of
from iotevents.expressions.nodes import (
    Connective,
    InputReference,
    Literal,
    Logic,
    Node,
    VariableReference,
    children,
    levels,
)
from iotevents.expressions.scope import Scope
from iotevents.expressions.values import UNDEFINED, Value, shortened, text_of_json

WIDTH = 60
"""Characters of a value that is put into a text."""


@dataclass(frozen=True, slots=True)
class Part:
    """Sub-expression in a scope.

    `filled` is its text with the values in the place of the references, `value` its value (also `UNDEFINED`);
    `error` says why there is no value. `reached` is False if the evaluation of the whole stops before this
    sub-expression: its value does not matter. Constants are no parts.
    """

    node: Node
    text: str
    filled: str
    value: Value
    error: str | None
    reached: bool
    parts: tuple["Part", ...]


def take_apart(expression: Expression, scope: Scope) -> Part:
    """Evaluate an expression and all its sub-expressions in a scope, by the closures of every evaluation."""
    return _part(expression, expression.node, scope, reached=True)


def shown(value: Value) -> str:
    """Return the text of a value for people: JSON, cut where it is long; `undefined`."""
    try:
        return "undefined" if value is UNDEFINED else shortened(text_of_json(value), WIDTH)
    except EvaluationError as error:
        return f"({error})"


def _part(expression: Expression, node: Node, scope: Scope, *, reached: bool) -> Part:
    value, error = _outcome(node, scope)
    return Part(
        node,
        expression.text[slice(*node.span)],
        _filled(expression.text, node, scope),
        value,
        error,
        reached,
        tuple(_below(expression, node, scope, reached)),
    )


def _below(expression: Expression, node: Node, scope: Scope, reached: bool) -> Iterator[Part]:
    for child in children(node):
        if not isinstance(child, Literal):
            yield _part(expression, child, scope, reached=reached)
        if reached and isinstance(node, Logic):
            reached = not _decides(node, child, scope)


def _decides(node: Logic, operand: Node, scope: Scope) -> bool:
    """Return whether a connective evaluates no operand after this: it has its result, or an error."""
    either = node.connective is Connective.OR
    value, error = _outcome(
        Logic(node.connective, (operand, Literal(not either, node.span)), node.span), scope
    )
    return error is not None or value is either


def _outcome(node: Node, scope: Scope) -> tuple[Value, str | None]:
    try:
        return evaluator_of(node)(scope), None
    except EvaluationError as error:
        return UNDEFINED, str(error)


def _filled(text: str, node: Node, scope: Scope) -> str:
    """Return the text of a node with the values of its references in their places."""
    references = [
        below
        for level in levels(node)
        for below in level
        if isinstance(below, InputReference | VariableReference)
    ]
    position, pieces = node.span[0], []
    for reference in sorted(references, key=lambda reference: reference.span):
        pieces += [text[position : reference.span[0]], shown(evaluator_of(reference)(scope))]
        position = reference.span[1]
    return "".join([*pieces, text[position : node.span[1]]])
