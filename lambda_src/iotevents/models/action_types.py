"""The types of actions and their members, as one table.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_Action.html and the pages of its members
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Style(Enum):
    """Interpretation of a member's text."""

    NAME = auto()
    """Literal text."""
    PARAMETER = auto()
    """Plain text in which `${…}` is replaced, or an expression; see expressions.is_expression."""
    EXPRESSION = auto()
    FLAG = auto()
    """Not text but true or false."""
    GROUP = auto()
    """Not text but an object with members of its own."""


@dataclass(frozen=True, slots=True)
class Member:
    """Member of an action: its style and the constraints of the API."""

    name: str
    style: Style
    required: bool = True
    shortest: int = 1
    longest: int | None = None
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    members: "tuple[Member, ...]" = ()


@dataclass(frozen=True, slots=True)
class ActionType:
    """Type of action; `sends` describes it to people; `payload` says whether it takes one."""

    name: str
    sends: str
    members: tuple[Member, ...]
    payload: bool = True


INPUT_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
SEPARATORS: Final = ("\n", "\t", "\r\n", ",")
MAX_ARN: Final = 2048


def _parameter(name: str, longest: int | None = None, shortest: int = 1) -> Member:
    return Member(name, Style.PARAMETER, longest=longest, shortest=shortest)


def _expression(name: str, *, required: bool = False) -> Member:
    return Member(name, Style.EXPRESSION, required, shortest=0)


def _group(name: str, *members: Member) -> Member:
    return Member(name, Style.GROUP, required=False, members=members)


_DYNAMODB = (
    _expression("tableName", required=True),
    _expression("hashKeyField", required=True),
    _expression("hashKeyValue", required=True),
    _expression("hashKeyType"),
    _expression("rangeKeyField"),
    _expression("rangeKeyValue"),
    _expression("rangeKeyType"),
    _expression("operation"),
    _expression("payloadField"),
)

_SITEWISE_VALUE = _group(
    "value",
    _expression("stringValue"),
    _expression("integerValue"),
    _expression("doubleValue"),
    _expression("booleanValue"),
)
_SITEWISE_TIMESTAMP = _group(
    "timestamp", _expression("timeInSeconds", required=True), _expression("offsetInNanos")
)
_SITEWISE = (
    _expression("entryId"),
    _expression("assetId"),
    _expression("propertyId"),
    _expression("propertyAlias"),
    _group("propertyValue", _SITEWISE_VALUE, _SITEWISE_TIMESTAMP, _expression("quality")),
)

ACTION_TYPES: Final = {
    action_type.name: action_type
    for action_type in (
        ActionType("sns", "a message to an SNS topic", (_parameter("targetArn", MAX_ARN),)),
        ActionType(
            "sqs",
            "a message to an SQS queue",
            (_parameter("queueUrl", shortest=0), Member("useBase64", Style.FLAG, required=False)),
        ),
        ActionType(
            "lambda", "an asynchronous call of a Lambda function", (_parameter("functionArn", MAX_ARN),)
        ),
        ActionType(
            "firehose",
            "a record to a Firehose stream",
            (
                _parameter("deliveryStreamName", shortest=0),
                Member("separator", Style.NAME, required=False, choices=SEPARATORS),
            ),
        ),
        ActionType(
            "iotTopicPublish", "an MQTT message to an IoT Core topic", (_parameter("mqttTopic", 128),)
        ),
        ActionType(
            "iotEvents",
            "a message to another input, evaluated at once",
            (Member("inputName", Style.NAME, longest=128, pattern=INPUT_NAME),),
        ),
        ActionType("dynamoDB", "an item with the payload in one attribute", _DYNAMODB),
        ActionType("dynamoDBv2", "an item with an attribute for each member of the payload", (_DYNAMODB[0],)),
        ActionType("iotSiteWise", "a value to an asset property", _SITEWISE, payload=False),
    )
}
"""The actions that leave the detector, by the names of their members."""
