"""The references of an expression, read off its tree."""

from dataclasses import dataclass

from iotevents.expressions.nodes import Call, InputReference, Literal, Node, VariableReference, levels


@dataclass(frozen=True, slots=True)
class References:
    """Names that an expression uses; of a function's argument only if it is a literal string.

    `inputs` are those of `$input.…` and of `currentInput("…")`: a message of each must reach the expression.
    """

    inputs: frozenset[str]
    attributes: frozenset[tuple[str, tuple[str | int, ...]]]
    variables: frozenset[str]
    timers: frozenset[str]
    functions: frozenset[str]
    reads: tuple[InputReference | VariableReference, ...]


def references_of(node: Node) -> References:
    """Return the references of a tree; `reads` are the reading nodes, from the root down."""
    nodes = [node for level in levels(node) for node in level]
    reads = tuple(node for node in nodes if isinstance(node, (InputReference, VariableReference)))
    inputs = [node for node in reads if isinstance(node, InputReference)]
    calls = [node for node in nodes if isinstance(node, Call)]
    return References(
        inputs=frozenset(node.input for node in inputs) | _names(calls, "currentInput"),
        attributes=frozenset((node.input, node.path) for node in inputs),
        variables=frozenset(node.name for node in reads if isinstance(node, VariableReference)),
        timers=_names(calls, "timeout"),
        functions=frozenset(call.function for call in calls),
        reads=reads,
    )


def _names(calls: list[Call], function: str) -> frozenset[str]:
    """Return the literal names passed to a function.

    An input that is named only in `currentInput("I")` counts as a reference, so its messages are routed.
    """
    arguments = [call.arguments[0] for call in calls if call.function == function]
    return frozenset(a.value for a in arguments if isinstance(a, Literal) and isinstance(a.value, str))
