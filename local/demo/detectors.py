"""Final states of the detectors: from the live server's data file, and from replays.

All give the same kind of value, so that they can be compared; none is told of the others.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iotevents.service.definition_versions import build_registry
from iotevents.stores.data_file import read_actions, read_definitions, read_detectors

from local.demo import endpoint
from local.demo.telemetry import Reading
from local.lambda_runtime.events import dumps

_MAX_DETECTORS = 10_000
"""Detectors of a model that are read at most."""

Name = tuple[str, str | None]
"""Model and key."""


@dataclass(frozen=True, slots=True)
class Detector:
    """Detector: its state, variables and timers, and the time of its last evaluation in epoch ms."""

    state: str | None
    variables: Mapping[str, Any]
    timers: Mapping[str, int]
    updated: int


@dataclass(frozen=True, slots=True)
class Action:
    """Action that a detector requested at `time` (epoch ms), with the payload's text."""

    id: str
    time: int
    detector: Name
    event: str
    payload: str | None


@dataclass(frozen=True, slots=True)
class DetectorSnapshot:
    """All detectors by name, and their actions in the order of request."""

    detectors: Mapping[Name, Detector]
    actions: tuple[Action, ...]


def live(data: Path) -> DetectorSnapshot:
    """Return the snapshot of a data file; raise StoreError."""
    models = build_registry(read_definitions(data)).models.values()
    detectors = {
        (model.name, detector.key): Detector(
            detector.state, detector.variables, detector.timers, detector.updated
        )
        for model in models
        for detector in read_detectors(data, model.name, model.version, _MAX_DETECTORS)
    }
    actions = (stored.action for stored in read_actions(data))
    return DetectorSnapshot(
        detectors,
        tuple(
            Action(
                action.id,
                action.time,
                (action.detector_id.model, action.detector_id.key),
                action.event_name,
                action.payload,
            )
            for action in actions
        ),
    )


def replayed(journal: Path, definitions: Path) -> DetectorSnapshot:
    """Return the snapshot after `python -m iotevents replay` of a journal; raise EndpointError."""
    command = [sys.executable, "-m", "iotevents", "replay", "--json"]
    command += ["--definitions", str(definitions), str(journal)]
    done = subprocess.run(
        command, env=endpoint.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise endpoint.EndpointError(f"the journal cannot be replayed: {done.stderr}")
    return snapshot_of(json.loads(line) for line in done.stdout.splitlines())


def in_order(readings: Sequence[Reading], folder: Path, definitions: Path) -> DetectorSnapshot:
    """Return the snapshot of a replay of every reading at its time; errors as of `replayed`."""
    file = folder / "readings.jsonl"
    lines = (
        dumps({"time": reading.time, "inputName": "RoomTelemetry", "payload": reading.document})
        for reading in readings
    )
    file.write_text("\n".join(lines))
    return replayed(file, definitions)


def snapshot_of(records: Iterable[Mapping[str, Any]]) -> DetectorSnapshot:
    """Return the snapshot at the end of a replay's records."""
    detectors: dict[Name, Detector] = {}
    actions: list[Action] = []
    for record in records:
        if "model" not in record or "rejected" in record:
            continue
        name = record["model"], record["key"]
        actions += [
            Action(action["id"], record["time"], name, action["eventName"], action["payload"])
            for action in record["actions"]
        ]
        if record["to"] is None:
            del detectors[name]
        else:
            detectors[name] = Detector(record["to"], record["variables"], record["timers"], record["time"])
    return DetectorSnapshot(detectors, tuple(actions))
