"""The actions of an event."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from iotevents.expressions import Expression


class PayloadType(Enum):
    """How the value of a payload's expression is sent."""

    STRING = "STRING"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload of the model's own, instead of the default one."""

    content: Expression
    type: PayloadType


@dataclass(frozen=True, slots=True)
class SetVariable:
    """Gives a variable a value. `where` is the action's path in the definition, here and below."""

    variable: str
    value: Expression
    where: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Starts a timer, or starts it anew; the duration is in seconds."""

    timer: str
    duration: Expression
    where: str


@dataclass(frozen=True, slots=True)
class ResetTimer:
    """Starts a timer again with its last duration."""

    timer: str
    where: str


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Deletes a timer."""

    timer: str
    where: str


@dataclass(frozen=True, slots=True)
class ExternalAction:
    """Sends something out of the detector.

    `type` is the action's member name, such as `sns`. `parameters` are its members that are evaluated, by
    their dotted paths below the action, in the order of the grammar; `options` those that are taken as they
    are.
    """

    type: str
    parameters: tuple[tuple[str, Expression], ...]
    options: dict[str, str | bool] = field(hash=False)
    payload: Payload | None
    where: str


Action: TypeAlias = SetVariable | SetTimer | ResetTimer | ClearTimer | ExternalAction
