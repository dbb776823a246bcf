"""What goes into a store and comes out: detectors, entries of the log, actions, definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from iotevents.engine.detector import Detector, DetectorId
from iotevents.messages import AcceptedMessage
from iotevents.named_tuples import make


class StoredDetector(NamedTuple):
    """A detector as a store has it.

    `revision` counts its writes, 0 if it was never written: a change names the one that it is based on.
    `incarnation` counts how often a detector of this model and key was deleted. `detector` is None if there
    is none now.
    """

    revision: int
    model_version: str
    incarnation: int
    detector: Detector | None


ABSENT = StoredDetector(revision=0, model_version="", incarnation=0, detector=None)
"""A detector that was never stored."""


class DetectorChange(NamedTuple):
    """Change of a detector; `before` must still be stored when it is committed.

    The revision of `after` is the next one.
    """

    detector_id: DetectorId
    before: StoredDetector
    after: StoredDetector


def change_detector(
    detector_id: DetectorId,
    before: StoredDetector,
    *,
    model_version: str,
    incarnation: int,
    detector: Detector | None,
) -> DetectorChange:
    """Return the change of a stored detector to these members."""
    after = make(StoredDetector, (before.revision + 1, model_version, incarnation, detector))
    return make(DetectorChange, (detector_id, before, after))


class AcceptedOperation(NamedTuple):
    """A data-plane operation on one detector that was done at `time`; the request is JSON text."""

    time: int
    operation: str
    request: str


Accepted: TypeAlias = AcceptedMessage | AcceptedOperation


class LogEntry(NamedTuple):
    """An entry of the log; `sequence` counts from 1."""

    sequence: int
    accepted: Accepted


class OutboxAction(NamedTuple):
    """An action that a detector requested at `time`; `id` is its actionExecutionId, `parameters` JSON text.

    `failure` is the reason why it will never be delivered. `internal` actions are performed by the system
    itself: the messages of `iotEvents` actions are evaluated together with what caused them.
    """

    id: str
    time: int
    detector_id: DetectorId
    type: str
    event_name: str
    parameters: str
    payload: str | None
    failure: str | None = None
    internal: bool = False


class StoredAction(NamedTuple):
    """An action as a store has it: `sequence` counts from 1, `done` is the time of its delivery."""

    sequence: int
    action: OutboxAction
    done: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one commit keeps; `seen` has the deduplication keys of new messages."""

    detectors: Sequence[DetectorChange] = ()
    seen: Sequence[str] = ()
    accepted: Sequence[Accepted] = ()
    actions: Sequence[OutboxAction] = ()


class Definition(NamedTuple):
    """An input or a model: the operation that creates its kind, and the body as JSON text.

    Versions count from 1. `loaded` is the SHA-256 of what was last loaded from a file, canonical JSON.
    """

    kind: str
    name: str
    version: int
    body: str
    loaded: str
