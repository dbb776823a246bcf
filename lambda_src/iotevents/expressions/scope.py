"""The scope in which an expression is evaluated."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from iotevents.expressions.values import Value


class TriggerType(Enum):
    """Type of the trigger of an evaluation; the value is what `triggerType()` compares, in any case."""

    MESSAGE = "message"
    TIMER = "timer"


@dataclass(slots=True)
class Scope:
    """Values that expressions read in an evaluation; they write nothing.

    The caller owns the mappings and decides which state of the variables is visible: a copy (BATCH) or the
    mapping that the caller goes on writing to (SERIAL).

    `inputs` holds the last payload of each input as decoded JSON, `expired` the timers whose expiry started
    this evaluation, `current_input` the input of the message that started it.
    """

    inputs: Mapping[str, Value]
    variables: Mapping[str, Value]
    trigger_type: TriggerType | None = None
    current_input: str | None = None
    expired: Collection[str] = ()
