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
    """Return the entries of a BatchUpdateDetector as commands. Raise RequestError with all violations."""
    return [
        UpdateDetector(request.message_id, request.detector_id, request.update, _single_entry_call(entry))
        for request, entry in zip(read_updates(document), document["detectors"], strict=True)
        if request.update is not None
    ]


def deletions(document: Any) -> list[DeleteDetector]:
    """Return the entries of a BatchDeleteDetector as commands. Raise RequestError with all violations."""
    return [
        DeleteDetector(request.message_id, request.detector_id, _single_entry_call(entry))
        for request, entry in zip(read_deletions(document), document["detectors"], strict=True)
    ]


def answer_updates(commands: Sequence[UpdateDetector], refusals: Sequence[Refusal | None]) -> dict[str, Any]:
    """Return the answer's document: an error entry for each update that was refused."""
    return {"batchUpdateDetectorErrorEntries": _entries(commands, refusals)}


def answer_deletions(
    commands: Sequence[DeleteDetector], refusals: Sequence[Refusal | None]
) -> dict[str, Any]:
    """Return the answer's document: an error entry for each deletion that was refused."""
    return {"batchDeleteDetectorErrorEntries": _entries(commands, refusals)}


def _entries(
    commands: Sequence[UpdateDetector | DeleteDetector], refusals: Sequence[Refusal | None]
) -> list[dict[str, str]]:
    return [
        {"messageId": command.message_id, **entry_error(refusal)}
        for command, refusal in zip(commands, refusals, strict=True)
        if refusal is not None
    ]


def _single_entry_call(entry: Any) -> str:
    return json_text({"detectors": [entry]})
