"""Compile a tree to closures: each node becomes a function of the scope; evaluation never visits the tree."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from iotevents.expressions.errors import TypeMismatch
from iotevents.expressions.functions import FUNCTIONS, Contextual, Pure
from iotevents.expressions.nodes import (
    Call,
    Connective,
    InputReference,
    Literal,
    Logic,
    Node,
    Operation,
    Operator,
    Template,
    Unary,
    VariableReference,
)
from iotevents.expressions.operations import ORDERINGS, UNARY, BinaryOperation
from iotevents.expressions.scope import Scope
from iotevents.expressions.values import UNDEFINED, Value, describe, limited, text_of

Evaluate: TypeAlias = Callable[[Scope], Value]
"""A compiled node: returns its value in a scope, or raises EvaluationError."""


def compile_node(node: Node, operations: Mapping[Operator, BinaryOperation]) -> Evaluate:
    """Return the closure of a tree; `operations` implement the binary operators."""
    match node:
        case Literal(value=value):
            return lambda scope: value
        case InputReference(input=name, path=path):
            return input_reader(name, path)
        case VariableReference(name=name):
            return variable_reader(name)
        case Unary(operator=operator, operand=operand):
            return _unary(UNARY[operator], compile_node(operand, operations))
        case Operation(first=first, rest=[(sign, Literal(value=value))]):
            return _operation_with_constant(sign, operations[sign], compile_node(first, operations), value)
        case Operation(first=first, rest=rest):
            steps = [(operations[sign], *_constant_or_closure(operand, operations)) for sign, operand in rest]
            return _operation(compile_node(first, operations), steps)
        case Logic(connective=connective, operands=operands):
            return LOGIC[connective](tuple(compile_node(operand, operations) for operand in operands))
        case Call(function=name, arguments=arguments):
            return _call(name, [compile_node(argument, operations) for argument in arguments])
        case Template(parts=parts):
            return _template(
                [part if isinstance(part, str) else compile_node(part, operations) for part in parts]
            )


def variable_reader(name: str) -> Evaluate:
    """Return a reader of a variable's current value; undefined if it was never set."""
    return lambda scope: scope.variables.get(name, UNDEFINED)


def input_reader(name: str, path: tuple[str | int, ...]) -> Evaluate:
    """Return a reader of the value at a path of an input's last message; undefined where nothing is there.

    Names lead into objects only, indices (from zero) into arrays only; one outside the array is undefined.
    Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-expressions.html
    """
    match path:
        case [str(first)]:
            return _field_reader(name, first)
        case [str(first), str(second)]:
            return _nested_field_reader(name, first, second)
        case _:
            return _path_reader(name, path)


def value_at(value: Value, path: tuple[str | int, ...]) -> Value:
    """Return the part of a decoded JSON value at a path of names and indices, or undefined."""
    for step in path:
        if isinstance(value, dict if isinstance(step, str) else list):
            try:
                value = value[step]  # type: ignore[index]  # the line above pairs them
            except LookupError:
                return UNDEFINED
        else:
            return UNDEFINED
    return value


def _path_reader(name: str, path: tuple[str | int, ...]) -> Evaluate:
    return lambda scope: value_at(scope.inputs.get(name, UNDEFINED), path)


def _field_reader(name: str, field: str) -> Evaluate:
    def read(scope: Scope) -> Value:
        try:
            return scope.inputs[name][field]  # type: ignore[index, call-overload]
        except (KeyError, TypeError):  # TypeError: only an object can be asked for a name
            return UNDEFINED

    return read


def _nested_field_reader(name: str, first: str, second: str) -> Evaluate:
    def read(scope: Scope) -> Value:
        try:
            return scope.inputs[name][first][second]  # type: ignore[index, call-overload]
        except (KeyError, TypeError):  # TypeError: only an object can be asked for a name
            return UNDEFINED

    return read


def _unary(apply: Callable[[Value], Value], operand: Evaluate) -> Evaluate:
    return lambda scope: apply(operand(scope))


def _operation_with_constant(
    sign: Operator, apply: BinaryOperation, first: Evaluate, constant: Value
) -> Evaluate:
    if type(constant) is int and sign in ORDERINGS:
        return _integer_comparison(ORDERINGS[sign], apply, first, constant)
    if type(constant) is str and sign is Operator.EQUAL:
        return _string_comparison(apply, first, constant)
    return lambda scope: apply(first(scope), constant)


def _integer_comparison(
    holds: Callable[[Any, Any], bool], otherwise: BinaryOperation, first: Evaluate, constant: int
) -> Evaluate:
    """Return `otherwise` with a shortcut for two numbers, the most frequent comparison in models."""

    def evaluate(scope: Scope) -> Value:
        value = first(scope)
        kind = type(value)
        return holds(value, constant) if kind is int or kind is float else otherwise(value, constant)

    return evaluate


def _string_comparison(otherwise: BinaryOperation, first: Evaluate, constant: str) -> Evaluate:
    """Return `otherwise`, which is `==`, with a shortcut for two strings."""

    def evaluate(scope: Scope) -> Value:
        value = first(scope)
        return value == constant if type(value) is str else otherwise(value, constant)

    return evaluate


def _constant_or_closure(
    operand: Node, operations: Mapping[Operator, BinaryOperation]
) -> tuple[Value, Evaluate | None]:
    if isinstance(operand, Literal):
        return operand.value, None
    return None, compile_node(operand, operations)


def _operation(first: Evaluate, steps: list[tuple[BinaryOperation, Value, Evaluate | None]]) -> Evaluate:
    """Return the closure that applies operators from the left; each operand is a constant or a closure."""
    if len(steps) == 1 and (second := steps[0][2]):
        apply = steps[0][0]
        return lambda scope: apply(first(scope), second(scope))

    def evaluate(scope: Scope) -> Value:
        value = first(scope)
        for apply, constant, operand in steps:
            value = apply(value, operand(scope) if operand else constant)
        return value

    return evaluate


def conjunction(operands: tuple[Evaluate, ...]) -> Evaluate:
    """Return the closure of `&&`: false at the first false or undefined operand; true if all are true."""

    def evaluate(scope: Scope) -> Value:
        for operand in operands:
            value = operand(scope)
            if value is not True:
                return _falsity(Connective.AND, value)
        return True

    return evaluate


def disjunction(operands: tuple[Evaluate, ...]) -> Evaluate:
    """Return the closure of `||`: true at the first true operand; an undefined operand counts as false."""

    def evaluate(scope: Scope) -> Value:
        for operand in operands:
            value = operand(scope)
            if value is True:
                return True
            if value is not False:
                _falsity(Connective.OR, value)
        return False

    return evaluate


LOGIC: Final[dict[Connective, Callable[[tuple[Evaluate, ...]], Evaluate]]] = {
    Connective.AND: conjunction,
    Connective.OR: disjunction,
}
"""The connectives, which decide themselves how many operands they evaluate."""


def _call(name: str, arguments: list[Evaluate]) -> Evaluate:
    match FUNCTIONS[name], arguments:
        case Contextual(apply=ask), [argument]:
            return lambda scope: ask(scope, argument(scope))
        case Pure(apply=apply), [argument]:
            return lambda scope: apply(argument(scope))
        case Pure(apply=apply), [first, second]:
            return lambda scope: apply(first(scope), second(scope))
    raise AssertionError(f"{name} with {len(arguments)} arguments")  # the parser checks the number


def _template(parts: "list[str | Evaluate]") -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        values = [part if isinstance(part, str) else part(scope) for part in parts]
        return interpolated(values)

    return evaluate


def interpolated(values: list[Value]) -> Value:
    """Return the joined text of a template's pieces; undefined if any of them is undefined."""
    if UNDEFINED in values:
        return UNDEFINED
    text = ""
    for value in values:
        text = limited(text + text_of(value))
    return text


def _falsity(connective: Connective, value: Value) -> Value:
    """Return False for an operand that is false or undefined; raise TypeMismatch for any other value."""
    if value is False or value is UNDEFINED:
        return False
    raise TypeMismatch(f"{connective.value} takes Booleans, not {describe(value)}")
