"""Parse the actions of an event: JSON to the classes of `actions.py`, with every violation noted."""

from typing import Any

from iotevents.expressions import Expression, compile_expression, compile_parameter
from iotevents.expressions.nodes import Call, Literal, Logic, Node, Operation, Operator, Template, Unary
from iotevents.models.action_types import ACTION_TYPES, ActionType, Member, Style
from iotevents.models.actions import (
    Action,
    ClearTimer,
    ExternalAction,
    Payload,
    PayloadType,
    ResetTimer,
    SetTimer,
    SetVariable,
)
from iotevents.models.model import StateEvent
from iotevents.models.reader import BROKEN, Reader, join

# Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_SetVariableAction.html,
# API_SetTimerAction.html
MAX_EXPRESSION = 1024
MAX_TIMER_NAME = 128
MIN_SECONDS, MAX_SECONDS = 1, 31_622_400
MAX_VARIABLE_NAME = 128

INTERNAL = ("setVariable", "setTimer", "resetTimer", "clearTimer")
NOTHING = ClearTimer("", "")
"""Stands for an action that could not be read."""
TEXT_FUNCTIONS = frozenset({"convert"})
"""The functions whose value can be a string."""


def read_actions(reader: Reader, path: str, value: Any) -> tuple[Action, ...]:
    """Return the actions of an event."""
    return tuple(_action(reader, place, entry) for place, entry in reader.entries(path, value))


def _action(reader: Reader, path: str, value: Any) -> Action:
    members = reader.members(path, value, (*INTERNAL, *ACTION_TYPES))
    if len(members) != 1:
        if isinstance(value, dict):
            types = ", ".join(members) or "none"
            reader.wrong(path, f"must have exactly one type of action, has {types}")
        return NOTHING
    ((name, body),) = members.items()
    place = join(path, name)
    match name:
        case "setVariable":
            return _set_variable(reader, place, body)
        case "setTimer":
            return _set_timer(reader, place, body)
        case "resetTimer":
            return ResetTimer(_timer_name(reader, place, body), place)
        case "clearTimer":
            return ClearTimer(_timer_name(reader, place, body), place)
    return _external(reader, place, body, ACTION_TYPES[name])


def _set_variable(reader: Reader, path: str, value: Any) -> SetVariable:
    members = reader.members(path, value, ("variableName", "value"))
    pattern = ACTION_TYPES["iotEvents"].members[0].pattern  # variables and inputs are named alike
    name = reader.text(
        join(path, "variableName"), members.get("variableName"), MAX_VARIABLE_NAME, pattern=pattern
    )
    return SetVariable(
        name, reader.expression(join(path, "value"), members.get("value"), MAX_EXPRESSION), path
    )


def _set_timer(reader: Reader, path: str, value: Any) -> SetTimer:
    members = reader.members(path, value, ("timerName", "seconds", "durationExpression"))
    name = reader.text(join(path, "timerName"), members.get("timerName"), MAX_TIMER_NAME)
    return SetTimer(name, _duration(reader, path, members), path)


def _duration(reader: Reader, path: str, members: dict[str, Any]) -> Expression:
    match members.get("seconds"), members.get("durationExpression"):
        case None, None:
            reader.wrong(path, "needs seconds or durationExpression")
        case None, expression:
            return reader.expression(join(path, "durationExpression"), expression, MAX_EXPRESSION)
        case seconds, None if type(seconds) is int and MIN_SECONDS <= seconds <= MAX_SECONDS:
            return compile_expression(str(seconds))
        case _, None:
            reader.wrong(
                join(path, "seconds"), f"must be a whole number from {MIN_SECONDS} to {MAX_SECONDS:,}"
            )
        case _:
            reader.wrong(path, "has both seconds and durationExpression; only one is allowed")
    return BROKEN


def _timer_name(reader: Reader, path: str, value: Any) -> str:
    members = reader.members(path, value, ("timerName",))
    return reader.text(join(path, "timerName"), members.get("timerName"), MAX_TIMER_NAME)


def _external(reader: Reader, path: str, value: Any, kind: ActionType) -> ExternalAction:
    parameters: dict[str, Expression] = {}
    options: dict[str, str | bool] = {}
    known = ("payload",) if kind.payload else ()
    values = reader.members(path, value, (*(member.name for member in kind.members), *known))
    for member in kind.members:
        _member(reader, path, member, values.get(member.name), "", parameters, options)
    payload = _payload(reader, join(path, "payload"), values.get("payload"))
    if kind.name == "dynamoDBv2" and payload is not None and payload.type is PayloadType.STRING:
        reader.wrong(join(path, "payload.type"), "must be JSON for dynamoDBv2")
    return ExternalAction(kind.name, tuple(parameters.items()), options, payload, path)


def _member(
    reader: Reader,
    path: str,
    member: Member,
    value: Any,
    prefix: str,
    parameters: dict[str, Expression],
    options: dict[str, str | bool],
) -> None:
    place, name = join(path, member.name), join(prefix, member.name)
    if value is None and not member.required:
        return
    match member.style:
        case Style.GROUP:
            values = reader.members(place, value, (below.name for below in member.members))
            for below in member.members:
                _member(reader, place, below, values.get(below.name), name, parameters, options)
        case Style.FLAG:
            options[name] = reader.flag(place, value)
        case Style.NAME if member.choices:
            options[name] = reader.choice(place, value, member.choices)
        case Style.NAME:
            options[name] = reader.text(place, value, member.longest, pattern=member.pattern)
        case style:
            compiled_by = compile_parameter if style is Style.PARAMETER else compile_expression
            parameters[name] = reader.expression(
                place, value, member.longest, shortest=member.shortest, compiled_by=compiled_by
            )


def _payload(reader: Reader, path: str, value: Any) -> Payload | None:
    if value is None:
        return None
    members = reader.members(path, value, ("contentExpression", "type"))
    place = join(path, "contentExpression")
    content = reader.expression(place, members.get("contentExpression"))
    kind = PayloadType(reader.choice(join(path, "type"), members.get("type"), ("STRING", "JSON")))
    if kind is PayloadType.JSON and content is not BROKEN and is_never_text(content.node):
        reader.wrong(place, "must evaluate to a string, because the payload's type is JSON")
    return Payload(content, kind)


def is_never_text(node: Node) -> bool:
    """Return whether the value of an expression can never be a string, for any inputs and variables.

    Only `+`, references, `convert` and templates have string values.
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


def inputs_sent_to(event: StateEvent) -> list[tuple[str, str]]:
    """Return the inputs that the event's `iotEvents` actions send to, each after the path of its name."""
    external = [action for action in event.actions if isinstance(action, ExternalAction)]
    return [
        (join(action.where, "inputName"), str(action.options["inputName"]))
        for action in external
        if action.type == "iotEvents"
    ]
