"""The commands that a service executes, as they are sent and as they are prepared for a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, final

from iotevents.deduplication import DedupKey
from iotevents.engine import DetectorUpdate, MessageEvent
from iotevents.engine.detector import DetectorId
from iotevents.messages import AcceptedMessage, Message
from iotevents.named_tuples import make
from iotevents.runtime.outcomes import Refusal
from iotevents.runtime.runtime import Target


@dataclass(frozen=True, slots=True)
class UpdateDetector:
    """An entry of BatchUpdateDetector; `request` is the JSON text of a call with this entry alone."""

    message_id: str
    detector_id: DetectorId
    update: DetectorUpdate
    request: str


@dataclass(frozen=True, slots=True)
class DeleteDetector:
    """An entry of BatchDeleteDetector; `request` is the JSON text of a call with this entry alone."""

    message_id: str
    detector_id: DetectorId
    request: str


Command: TypeAlias = Message | UpdateDetector | DeleteDetector
"""An entry of a call."""


@final
class Put(NamedTuple):
    """Valid message, as it is logged and as it triggers the detectors that it concerns.

    Without targets no model uses its input: it is only logged, and `seen` is its deduplication key.
    """

    message: AcceptedMessage
    trigger: MessageEvent
    targets: Sequence[Target]
    seen: DedupKey = ""


def make_put(
    message: AcceptedMessage, trigger: MessageEvent, targets: Sequence[Target], seen: DedupKey
) -> Put:
    """Return a valid message: `Put(...)`, but faster."""
    return make(Put, (message, trigger, targets, seen))


PreparedCommand: TypeAlias = Put | UpdateDetector | DeleteDetector | Refusal
"""A command that was read and routed, or the reason why it cannot be executed."""
