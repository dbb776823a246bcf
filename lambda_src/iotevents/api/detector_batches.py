"""BatchUpdateDetector and BatchDeleteDetector: from documents to commands, and from refusals to answers.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_BatchUpdateDetector.html,
API_iotevents-data_BatchDeleteDetector.html
"""

from collections.abc import Sequence
from typing import Any

from iotevents.api.call_errors import entry_error
from iotevents.api.detector_requests import read_deletions, read_updates
from iotevents.json_text import json_text
from iotevents.runtime.outcomes import Refusal
from iotevents.service.commands import DeleteDetector, UpdateDetector


def updates(document: Any) -> list[UpdateDetector]:
    """The entries of a BatchUpdateDetector. Raises RequestError with all that breaks constraints."""
    return [
        UpdateDetector(one.message_id, one.detector, one.update, _alone(entry))
        for one, entry in zip(read_updates(document), document["detectors"], strict=True)
        if one.update is not None
    ]


def deletions(document: Any) -> list[DeleteDetector]:
    """The entries of a BatchDeleteDetector. Raises RequestError with all that breaks constraints."""
    return [
        DeleteDetector(one.message_id, one.detector, _alone(entry))
        for one, entry in zip(read_deletions(document), document["detectors"], strict=True)
    ]


def answer_updates(commands: Sequence[UpdateDetector], refusals: Sequence[Refusal | None]) -> dict[str, Any]:
    """The answer's document: one error entry for each update that was refused."""
    return {"batchUpdateDetectorErrorEntries": _entries(commands, refusals)}


def answer_deletions(
    commands: Sequence[DeleteDetector], refusals: Sequence[Refusal | None]
) -> dict[str, Any]:
    """The answer's document: one error entry for each deletion that was refused."""
    return {"batchDeleteDetectorErrorEntries": _entries(commands, refusals)}


def _entries(
    commands: Sequence[UpdateDetector | DeleteDetector], refusals: Sequence[Refusal | None]
) -> list[dict[str, str]]:
    return [
        {"messageId": command.message_id, **entry_error(refusal)}
        for command, refusal in zip(commands, refusals, strict=True)
        if refusal is not None
    ]


def _alone(entry: Any) -> str:
    return json_text({"detectors": [entry]})
