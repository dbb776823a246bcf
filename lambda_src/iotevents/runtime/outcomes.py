"""What becomes of a message, a timer or an operation."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from iotevents.engine import Condition, Effect, Failure, MessageEvent, Trigger
from iotevents.engine.detector import Detector
from iotevents.models import DetectorModel, StateEvent


class Evaluated(NamedTuple):
    """An evaluation, or an update or deletion by an operation (`event` is the messageId of its entry then).

    `before` is None if the detector came into being here, `after` if it was deleted; `transition` is the
    transition event that was taken.
    """

    time: int
    model: DetectorModel
    key: str | None
    event: Trigger | str
    before: Detector | None
    after: Detector | None
    effects: list[Effect]
    failures: list[Failure]
    conditions: list[Condition] | None
    transition: StateEvent | None


class Rejected(NamedTuple):
    """A message that no detector took: AWS's error code, and why."""

    time: int
    message: MessageEvent
    code: str
    reason: str


class Duplicate(NamedTuple):
    """A message that every detector it concerns has had already."""

    time: int
    message: MessageEvent


class Unrouted(NamedTuple):
    """A message of an input that no model uses."""

    time: int
    message: MessageEvent


Outcome: TypeAlias = Evaluated | Rejected | Duplicate | Unrouted


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation on a detector was refused: AWS's error code, and why."""

    code: str
    reason: str
