"""Results of an evaluation: effects with their ids, failures, and the conditions if they are traced."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from iotevents.engine.detector import Detector
from iotevents.models import DetectorModel, LifeCycle, PayloadType

NAMESPACE: Final = uuid.UUID("6f0a1f5c-3c0b-5d0e-9a51-2f3f6a2b8c41")
"""Of all actionExecutionIds."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Action that leaves the detector, ready to be performed.

    `type` is the action's name in the model (`sns`, `iotEvents`, …), `id` its actionExecutionId, which is
    the same whenever the same evaluation is repeated. `parameters` are the evaluated members of the action.
    `payload` is the text to send, before base64 or a separator; None for actions that have none.
    `payload_type` is None for the default payload, which is JSON.
    """

    type: str
    event_name: str
    id: str
    parameters: Mapping[str, Any]
    payload: str | None
    payload_type: PayloadType | None = None


class Failure(NamedTuple):
    """Error in an evaluation, which went on; `where` is the path in the definition."""

    where: str
    message: str


class Condition(NamedTuple):
    """Traced condition of an event: `True`, `False`, `Error` or `Skipped`, and details where they help."""

    state: str
    life_cycle: LifeCycle
    event_name: str
    result: str
    details: str | None = None


def action_id(model: DetectorModel, detector: Detector, index: int) -> str:
    """Return the id of the nth action that leaves the detector in the evaluation that follows its version.

    It is name-based (UUID version 5), so that an evaluation that is repeated after a crash has the same ids.
    """
    incarnation = f"{model.name}/{model.version}/{detector.key or ''}/{detector.incarnation}"
    return str(uuid.uuid5(NAMESPACE, f"{incarnation}/{detector.version + 1}/{index}"))
