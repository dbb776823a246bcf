"""A request body of the control plane, and the place where a file holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from iotevents.errors import Finding


class Kind(Enum):
    """What a body creates; the value is the operation that takes it."""

    INPUT = "CreateInput"
    DETECTOR_MODEL = "CreateDetectorModel"
    ALARM_MODEL = "CreateAlarmModel"

    @property
    def name_member(self) -> str:
        """The member that holds the name of what is created."""
        return {"CreateInput": "inputName", "CreateDetectorModel": "detectorModelName"}.get(
            self.value, "alarmModelName"
        )


@dataclass(frozen=True, slots=True)
class RequestBody:
    """A request body; `path` is its place in the document, empty if it is the whole."""

    file: str
    path: str
    kind: Kind
    value: Mapping[str, Any]

    @property
    def place(self) -> str:
        """File and path, for people."""
        return f"{self.file}: {self.path}" if self.path else self.file

    def finding(self, path: str, text: str) -> Finding:
        """What is wrong at a path inside this body."""
        return Finding(self.file, ".".join(part for part in (self.path, path) if part), text)
