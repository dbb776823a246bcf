"""The commands that a service executes, as they are sent and as they are prepared for a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, final

from iotevents.deduplication import DedupKey
from iotevents.engine import DetectorUpdate, MessageEvent
from iotevents.engine.detector import DetectorId
from iotevents.messages import Message
from iotevents.runtime.outcomes import Refusal
from iotevents.runtime.runtime import Target
from iotevents.stores.records import AcceptedMessage


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
class PutMessage(NamedTuple):
    """A message that was read: its event, its entry of the log, the detectors that it concerns."""

    event: MessageEvent
    entry: AcceptedMessage
    targets: Sequence[Target]


@final
class KeepMessage(NamedTuple):
    """A message that was read and concerns no detector; `seen` is its deduplication key."""

    entry: AcceptedMessage
    seen: DedupKey


PreparedCommand: TypeAlias = PutMessage | KeepMessage | UpdateDetector | DeleteDetector | Refusal
"""A command that was read and routed, or the reason why it cannot be executed."""
