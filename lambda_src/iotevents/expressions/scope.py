"""What an expression can see while it is evaluated."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from iotevents.expressions.values import Value


class TriggerType(Enum):
    """What started an evaluation; the value is the word that `triggerType()` compares, without case."""

    MESSAGE = "message"
    TIMER = "timer"


@dataclass(slots=True)
class Scope:
    """The world of one evaluation.

    The maker owns the mappings and decides which state of the variables is visible: it may hand out a copy
    (BATCH) or the mapping that it goes on writing to (SERIAL). Expressions only read.

    `inputs` holds the last payload of each input as decoded JSON, `expired` the timers that ran out for this
    evaluation, `current_input` the input of the message that started it.
    """

    inputs: Mapping[str, Value]
    variables: Mapping[str, Value]
    trigger_type: TriggerType | None = None
    current_input: str | None = None
    expired: Collection[str] = ()
