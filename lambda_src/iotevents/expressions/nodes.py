"""The parsed form of an expression: a tree of frozen nodes, each with the place of its text.

Operators of one precedence form one node (`a - b + c`), so that a long chain is wide and not deep.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Start and end of a node's text, in characters of the whole text."""


class Operator(Enum):
    """Binary operators that always evaluate both sides, by their sign."""

    BIT_OR = "|"
    BIT_XOR = "^"
    BIT_AND = "&"
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Connective(Enum):
    """Short-circuiting operators, by their sign."""

    OR = "||"
    AND = "&&"


class Prefix(Enum):
    """Prefix operators, by their sign."""

    NOT = "!"
    BIT_NOT = "~"
    NEGATE = "-"


@dataclass(frozen=True, slots=True)
class Literal:
    """Constant; also the bare type word in `convert(Decimal, …)`."""

    value: bool | int | float | str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class InputReference:
    """`$input.<input>.<path>`: names are fields, integers are array indices.

    A SiteWise property is the input `$sitewise.assetModel.<model>.<property>`.
    """

    input: str
    path: tuple[str | int, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class VariableReference:
    """`$variable.<name>`."""

    name: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """Prefix operator and its operand."""

    operator: Prefix
    operand: "Node"
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """Operators of one precedence, applied from the left: `first op₁ rest₁ op₂ rest₂ …`."""

    first: "Node"
    rest: tuple[tuple[Operator, "Node"], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """`a && b && …` or `a || b || …`, two operands or more."""

    connective: Connective
    operands: tuple["Node", ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """Call of a built-in function, with the right number of arguments."""

    function: str
    arguments: tuple["Node", ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Template:
    """Text with at least one `${…}`: literal pieces are strings, the others are nodes."""

    parts: tuple["str | Node", ...]
    span: Span = field(compare=False)


Node: TypeAlias = Literal | InputReference | VariableReference | Unary | Operation | Logic | Call | Template


def children(node: Node) -> tuple[Node, ...]:
    """Return the children of a node, in the order of their text."""
    match node:
        case Unary(operand=operand):
            return (operand,)
        case Operation(first=first, rest=rest):
            return (first, *(operand for _, operand in rest))
        case Logic(operands=operands):
            return operands
        case Call(arguments=arguments):
            return arguments
        case Template(parts=parts):
            return tuple(part for part in parts if not isinstance(part, str))
        case _:
            return ()


def levels(node: Node) -> Iterator[tuple[Node, ...]]:
    """Yield the nodes of a tree level by level, from the root down."""
    level: tuple[Node, ...] = (node,)
    while level:
        yield level
        level = tuple(child for parent in level for child in children(parent))
