"""The ids of actions."""

import uuid
from typing import Final

from iotevents.detector import Detector
from iotevents.models import DetectorModel

NAMESPACE: Final = uuid.UUID("6f0a1f5c-3c0b-5d0e-9a51-2f3f6a2b8c41")
"""Of all actionExecutionIds."""


def action_id(model: DetectorModel, detector: Detector, index: int) -> str:
    """The id of the nth action that leaves the detector in the evaluation that follows its version.

    Name-based (UUID version 5), so that an evaluation that is repeated after a crash gives the same ids.
    """
    life = f"{model.name}/{model.version}/{detector.key or ''}/{detector.incarnation}"
    return str(uuid.uuid5(NAMESPACE, f"{life}/{detector.version + 1}/{index}"))
