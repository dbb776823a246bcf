"""The definitions folder: files that hold inputs and models."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iotevents.bodies import file_bodies
from iotevents.body import Body, Kind
from iotevents.documents import SUFFIXES
from iotevents.errors import DefinitionsError
from iotevents.findings import Finding
from iotevents.inputs import Input, read_input

logger = logging.getLogger(__name__)

SKIPPED = {Kind.DETECTOR_MODEL: "detector models", Kind.ALARM_MODEL: "alarm models"}


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the folder defines: the inputs by their names."""

    inputs: Mapping[str, Input]


def load_definitions(folder: Path, parameters: Mapping[str, Any] | None = None) -> Definitions:
    """Read all files of the folder. Raises DefinitionsError with everything that is wrong in any of them.

    `parameters` are the values that CloudFormation templates in the folder need.
    """
    if not folder.is_dir():
        raise DefinitionsError([Finding(str(folder), "", "is not a folder; it should hold the definitions")])
    findings: list[Finding] = []
    inputs: dict[str, tuple[Input, Body]] = {}
    for file in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES):
        found, wrong = file_bodies(file, parameters)
        findings += wrong
        for body in found:
            _take(body, inputs, findings)
    if findings:
        raise DefinitionsError(findings)
    return Definitions({name: one for name, (one, _) in inputs.items()})


def _take(body: Body, inputs: dict[str, tuple[Input, Body]], findings: list[Finding]) -> None:
    if body.kind is not Kind.INPUT:
        logger.warning("%s: %s are not run yet, skipped", body.place, SKIPPED[body.kind])
        return
    one, violations = read_input(body.value)
    findings.extend(body.finding(path, text) for path, text in violations)
    if one is None:
        return
    if one.name in inputs:
        findings.append(
            body.finding("inputName", f"{one.name} is also defined in {inputs[one.name][1].place}")
        )
    else:
        inputs[one.name] = one, body
