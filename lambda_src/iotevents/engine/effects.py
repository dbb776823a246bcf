"""What an evaluation asks the world to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iotevents.models import PayloadType


@dataclass(frozen=True, slots=True)
class Effect:
    """An action that leaves the detector, ready to be performed.

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
