"""What is known about the type of an expression before it is evaluated."""

from iotevents.expressions.nodes import Call, Literal, Logic, Node, Operation, Operator, Template, Unary

TEXT_FUNCTIONS = frozenset({"convert"})


def is_never_text(node: Node) -> bool:
    """Whether an expression can have no string as its value, whatever the inputs and variables are.

    Only `+`, references, `convert` and templates can give strings.
    """
    match node:
        case Literal(value=value):
            return not isinstance(value, str)
        case Unary() | Logic():
            return True
        case Operation(first=first, rest=rest):
            signs = {sign for sign, _ in rest}
            operands = (first, *(operand for _, operand in rest))
            return signs != {Operator.ADD} or all(is_never_text(operand) for operand in operands)
        case Call(function=function):
            return function not in TEXT_FUNCTIONS
        case Template():
            return False
    return False
