"""Detector models and inputs: request bodies of the API, parsed, with every expression compiled once.

    model, violations = read_model(body, inputs)

In goes the decoded body of CreateDetectorModel (`parser.py`, the entrance) or CreateInput (`inputs.py`); out
comes a frozen DetectorModel or Input, or all violations with their paths if the body breaks the grammar of
the API or a rule that the service enforces on Create and Update. What the service's analysis only reports
(unreachable states, types, timers that never end) refuses nothing: AWS's own templates have such findings.
"""

from iotevents.models.action_types import ACTION_TYPES, ActionType, Member, Style
from iotevents.models.actions import (
    Action,
    ClearTimer,
    ExternalAction,
    Payload,
    PayloadType,
    ResetTimer,
    SetTimer,
    SetVariable,
)
from iotevents.models.model import DetectorModel, EvaluationMethod, LifeCycle, State, StateEvent
from iotevents.models.parser import read_model

__all__ = [
    "ACTION_TYPES",
    "Action",
    "ActionType",
    "ClearTimer",
    "DetectorModel",
    "EvaluationMethod",
    "ExternalAction",
    "LifeCycle",
    "Member",
    "Payload",
    "PayloadType",
    "ResetTimer",
    "SetTimer",
    "SetVariable",
    "State",
    "StateEvent",
    "Style",
    "read_model",
]
