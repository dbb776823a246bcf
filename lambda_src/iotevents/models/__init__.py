"""Detector models: what a CreateDetectorModel request body says, with every expression compiled once.

    model, violations = read_model(body, inputs)

A body that breaks the grammar of the API, or a rule that the service enforces on Create and Update, gives
no model but all its violations, each with its path. What the service's analysis only reports (unreachable
states, types, timers that never end) refuses nothing: AWS's own templates have such findings.
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
