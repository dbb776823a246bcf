"""The definitions folder: files that hold request bodies of CreateInput, CreateDetectorModel and the like."""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from iotevents.errors import DefinitionsError
from iotevents.findings import Finding
from iotevents.inputs import Input, read_input

logger = logging.getLogger(__name__)

SUFFIXES = frozenset({".json", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the folder defines: the inputs by their names."""

    inputs: Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class _Body:
    file: str
    path: str
    value: Any

    def finding(self, path: str, text: str) -> Finding:
        return Finding(self.file, ".".join(part for part in (self.path, path) if part), text)


def load_definitions(folder: Path) -> Definitions:
    """Read all files of the folder. Raises DefinitionsError with everything that is wrong in any of them."""
    if not folder.is_dir():
        raise DefinitionsError([Finding(str(folder), "", "is not a folder; it should hold the definitions")])
    findings: list[Finding] = []
    inputs: dict[str, tuple[Input, _Body]] = {}
    for file in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES):
        for body in _bodies(file, findings):
            _take(body, inputs, findings)
    if findings:
        raise DefinitionsError(findings)
    return Definitions({name: one for name, (one, _) in inputs.items()})


def _bodies(file: Path, findings: list[Finding]) -> Iterator[_Body]:
    try:
        document = _parse(file)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        findings.append(Finding(file.name, "", f"cannot be read: {error}"))
        return
    if isinstance(document, list):
        yield from (_Body(file.name, f"[{index}]", value) for index, value in enumerate(document))
    else:
        yield _Body(file.name, "", document)


def _parse(file: Path) -> Any:
    text = file.read_text(encoding="utf-8-sig")
    return json.loads(text) if file.suffix.lower() == ".json" else yaml.safe_load(text)


def _take(body: _Body, inputs: dict[str, tuple[Input, _Body]], findings: list[Finding]) -> None:
    match body.value:
        case {"input": {"inputConfiguration": Mapping(), "inputDefinition": _}}:
            _take_input(body, _described(body.value["input"]), inputs, findings)
        case {"inputName": _} | {"inputDefinition": _}:
            _take_input(body, body.value, inputs, findings)
        case {"detectorModelDefinition": _} | {"detectorModel": _}:
            logger.warning("%s: detector models are not run yet, skipped", _place(body))
        case {"alarmRule": _} | {"alarmModelName": _}:
            logger.warning("%s: alarm models are not run yet, skipped", _place(body))
        case _:
            findings.append(
                body.finding("", "is not the body of CreateInput, CreateDetectorModel or CreateAlarmModel")
            )


def _place(body: _Body) -> str:
    return f"{body.file}: {body.path}" if body.path else body.file


def _described(described: Mapping[str, Any]) -> dict[str, Any]:
    """The CreateInput body that has the answer of DescribeInput."""
    configuration = described["inputConfiguration"]
    return {
        "inputName": configuration.get("inputName"),
        "inputDescription": configuration.get("inputDescription"),
        "inputDefinition": described["inputDefinition"],
    }


def _take_input(
    body: _Body, value: Mapping[str, Any], inputs: dict[str, tuple[Input, _Body]], findings: list[Finding]
) -> None:
    one, violations = read_input(value)
    findings.extend(body.finding(path, text) for path, text in violations)
    if one is None:
        return
    if one.name in inputs:
        findings.append(
            body.finding("inputName", f"{one.name} is also defined in {_place(inputs[one.name][1])}")
        )
    else:
        inputs[one.name] = one, body
