"""The actions of an event."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from iotevents.expressions import Expression

MIN_DURATION: Final = 60
MAX_DURATION: Final = 31_622_400
"""Limits of a timer's duration at run time, in seconds.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-quotas.html and
https://docs.aws.amazon.com/iotevents/latest/apireference/API_SetTimerAction.html
"""


class PayloadType(Enum):
    """Format in which the value of a payload's expression is sent."""

    STRING = "STRING"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Payload:
    """Payload of the model's own, instead of the default one."""

    content: Expression
    type: PayloadType


@dataclass(frozen=True, slots=True)
class SetVariable:
    """Assignment to a variable. `where` is the action's path in the definition, here and below."""

    variable: str
    value: Expression
    where: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Start of a timer, also of one that runs; the duration is in seconds."""

    timer: str
    duration: Expression
    where: str


@dataclass(frozen=True, slots=True)
class ResetTimer:
    """Restart of a timer with its last duration."""

    timer: str
    where: str


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Deletion of a timer."""

    timer: str
    where: str


@dataclass(frozen=True, slots=True)
class ExternalAction:
    """Action that leaves the detector.

    `type` is the action's member name, such as `sns`. `parameters` are its evaluated members, by their dotted
    paths below the action, in the order of the grammar; `options` are its literal members.
    """

    type: str
    parameters: tuple[tuple[str, Expression], ...]
    options: dict[str, str | bool] = field(hash=False)
    payload: Payload | None
    where: str


Action: TypeAlias = SetVariable | SetTimer | ResetTimer | ClearTimer | ExternalAction
