"""What stands for unresolved symbols: placeholders in roles and actions, names in a graph.

A value arrives with a mark for each unresolved symbol. In roles and in actions that leave, a placeholder of
the member's form replaces them; in a graph, any text does that reads well and can be parsed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from iotevents.definitions.cloudformation.symbols import MARK, NO_VALUE, mark
from iotevents.definitions.placeholders import ACCOUNT, PLAIN, REGION, placeholder, safe_name
from iotevents.models import ACTION_TYPES, Member, Style

TARGETS: Final = frozenset(
    {
        "dynamoDB.tableName",
        "dynamoDBv2.tableName",
        "firehose.deliveryStreamName",
        "iotSiteWise.assetId",
        "iotSiteWise.entryId",
        "iotSiteWise.propertyAlias",
        "iotSiteWise.propertyId",
        "iotTopicPublish.mqttTopic",
        "lambda.functionArn",
        "lambdaAction.functionArn",
        "roleArn",
        "sns.targetArn",
        "sqs.queueUrl",
    }
)
"""Members whose whole value becomes a placeholder if any part of it is unresolved."""

NOT_TEXT: Final = frozenset({"integerValue", "doubleValue", "booleanValue", "timeInSeconds", "offsetInNanos"})
_KNOWN: Final = {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
_ACTION: Final = re.compile(r"(?:^|\.)\w*Actions\[\d+\]\.(?:Action\.)?(\w+)\.(.+)$")
_QUOTED: Final = re.compile(r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?""", re.DOTALL)
_QUOTES: Final = ("'", '"')


def _leaves(members: tuple[Member, ...], prefix: str) -> Iterator[tuple[str, Style]]:
    for member in members:
        if member.style is Style.GROUP:
            yield from _leaves(member.members, f"{prefix}{member.name}.")
        elif member.style is not Style.FLAG and not member.choices and member.name not in NOT_TEXT:
            yield f"{prefix}{member.name}", member.style


STYLES: Final = {
    name: style
    for action in ACTION_TYPES.values()
    if action.name != "iotEvents"
    for name, style in (
        *_leaves(action.members, f"{action.name}."),
        (f"{action.name}.payload.contentExpression", Style.EXPRESSION),
    )
} | {"roleArn": Style.NAME, "lambdaAction.functionArn": Style.NAME}
"""The texts of roles and of actions that leave: `sns.targetArn`, `sqs.payload.contentExpression`."""

SKETCHED: Final[dict[str, Any]] = {
    "seconds": 60,
    "severity": 1,
    "type": "JSON",
    "evaluationMethod": NO_VALUE,
    "separator": NO_VALUE,
    "useBase64": NO_VALUE,
    "enabled": NO_VALUE,
    "disabledOnInitialization": NO_VALUE,
}
"""What stands for an unresolved value in a graph where no name can."""

EXPRESSIONS: Final = frozenset({"condition", "value", "durationExpression", "contentExpression"})


def leaving_member(path: str) -> str | None:
    """Return the name in `STYLES` of a property of a template; None if it is no text of role or action."""
    if path.endswith(".Properties.RoleArn"):
        return "roleArn"
    match = _ACTION.search(path)
    if match is None:
        return None
    name = ".".join(part[:1].lower() + part[1:] for part in (match[1], *match[2].split(".")))
    return name if name in STYLES else None


def stand_in(member: str, text: str) -> str:
    """Return a text of a role or an action with placeholders for its marks."""
    if member not in TARGETS:
        return _filled(text, _plain)
    single = MARK.fullmatch(text)
    known = safe_name(single[1]) if single else MARK.sub(_known, text)
    if text[:1] in _QUOTES:
        return _requoted(member, known)
    value = placeholder(member, known)
    is_expression = STYLES[member] is Style.EXPRESSION and not known.startswith("$")
    return f"'{value}'" if is_expression else value


def sketched(member: str, value: Any) -> Any:
    """Return a value for a graph, with the names of the symbols for their marks."""
    if not isinstance(value, str) or not MARK.search(value):
        return value
    if member in SKETCHED:
        return SKETCHED[member]
    if member in EXPRESSIONS:
        return _filled(value, safe_name)
    return MARK.sub(lambda symbol: safe_name(symbol[1]), value)


def whole(symbols: list[str]) -> str:
    """Return the text that stands for a value that cannot be computed without the symbols."""
    return mark(symbols[-1])


def _known(symbol: re.Match[str]) -> str:
    return _KNOWN.get(symbol[1]) or safe_name(symbol[1])


def _plain(symbol: str) -> str:
    return _KNOWN.get(symbol) or PLAIN + safe_name(symbol)


def _requoted(member: str, text: str) -> str:
    quote = text[0]
    ends = text.endswith(quote) and len(text) > 1
    inner = placeholder(member, text[1:-1] if ends else text[1:])
    return f"{quote}{inner}{quote if ends else ''}"


def _filled(text: str, name: Callable[[str], str]) -> str:
    """Return an expression with names for marks: plain in strings and words, else as strings."""
    pieces, position = [], 0
    for string in _QUOTED.finditer(text):
        pieces += [_operands(text[position : string.start()], name)]
        pieces += [MARK.sub(lambda symbol: name(symbol[1]), string[0])]
        position = string.end()
    return "".join([*pieces, _operands(text[position:], name)])


def _operands(text: str, name: Callable[[str], str]) -> str:
    def operand(symbol: re.Match[str]) -> str:
        before, after = text[: symbol.start()][-1:], text[symbol.end() :][:1]
        if before in {".", "`", "_"} or before.isalnum() or after in {"`", "_"} or after.isalnum():
            return name(symbol[1])
        return f"'{name(symbol[1])}'"

    return MARK.sub(operand, text)
