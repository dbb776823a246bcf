"""Request bodies of the control plane, with their place in a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from iotevents.errors import Finding


class Kind(Enum):
    """Kind of a body; the value is the operation that takes it."""

    INPUT = "CreateInput"
    DETECTOR_MODEL = "CreateDetectorModel"
    ALARM_MODEL = "CreateAlarmModel"

    @property
    def name_member(self) -> str:
        """Return the member with the name of what the body creates."""
        return {"CreateInput": "inputName", "CreateDetectorModel": "detectorModelName"}.get(
            self.value, "alarmModelName"
        )


@dataclass(frozen=True, slots=True)
class RequestBody:
    """Request body; `path` is its path in the document, empty if it is the whole."""

    file: str
    path: str
    kind: Kind
    value: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Return file and path, for people."""
        return f"{self.file}: {self.path}" if self.path else self.file

    def finding(self, path: str, text: str) -> Finding:
        """Return the finding at a path inside this body."""
        return Finding(self.file, ".".join(part for part in (self.path, path) if part), text)
