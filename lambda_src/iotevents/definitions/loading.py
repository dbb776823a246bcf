"""Load the definitions folder: files that hold inputs and models."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from iotevents.definitions.assembly import is_assembly, read_assembly
from iotevents.definitions.folder import list_folder, special_kind
from iotevents.definitions.request_bodies import FileContents, read_request_bodies
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.errors import DefinitionsError, Finding
from iotevents.models import DetectorModel, read_model
from iotevents.models.inputs import Input, Violation, read_input
from iotevents.models.warnings import warnings_of

logger = logging.getLogger(__name__)

NO_DEFINITIONS: Final = "holds no input and no model in a file of JSON or YAML (.json, .yaml, .yml)"
ADVICE: Final = "the file of --parameters gives their values"


class Named(Protocol):
    """Input or model that a body defines."""

    @property
    def name(self) -> str:
        """Return the name, which is unique among its kind."""


Thing = TypeVar("Thing", bound=Named)


@dataclass(frozen=True, slots=True)
class Definitions:
    """Inputs and detector models by their names, with the request bodies that they were read from."""

    inputs: Mapping[str, Input]
    models: Mapping[str, DetectorModel] = field(default_factory=dict)
    request_bodies: tuple[RequestBody, ...] = ()


def load_definitions(
    folder: Path, parameters: Mapping[str, Any] | None = None, known_inputs: Collection[str] = ()
) -> Definitions:
    """Read all files of the folder, or all stacks of a CDK assembly (`cdk.out`).

    `parameters` are the values that CloudFormation templates in the folder need. Models may use
    `known_inputs` too: a server has them from files that are gone. Warnings are logged. Raise
    DefinitionsError with all findings in any of the files, or if there are no definitions at all.
    """
    try:
        entries = list_folder(folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _not_readable(folder, "is not a folder; it should hold the definitions") from error
    except OSError as error:
        raise _not_readable(folder, f"cannot be read: {error.strerror}") from error
    if is_assembly(folder):
        contents = read_assembly(folder, parameters)
    else:
        contents = _read_files(entries.files, parameters)
    contents.warnings += [
        Finding(path.name, "", f"is a {special_kind(path)}, which is not opened") for path in entries.special
    ]
    if not (contents.bodies or contents.findings):
        empty = Finding(str(folder), "", f"{NO_DEFINITIONS}; {entries.description()}")
        if not known_inputs:
            raise DefinitionsError([empty])
        contents.warnings.append(empty)
    return _definitions(contents, known_inputs)


def _not_readable(folder: Path, why: str) -> DefinitionsError:
    return DefinitionsError([Finding(str(folder), "", why)])


def read_definitions(
    files: Iterable[Path], parameters: Mapping[str, Any] | None = None, known_inputs: Collection[str] = ()
) -> Definitions:
    """Read definition files. Raise DefinitionsError with all findings in any of them."""
    return _definitions(_read_files(files, parameters), known_inputs)


def _read_files(files: Iterable[Path], parameters: Mapping[str, Any] | None) -> FileContents:
    contents = FileContents()
    for file in files:
        contents.add(read_request_bodies(file, parameters))
    return contents


def _definitions(contents: FileContents, known_inputs: Collection[str]) -> Definitions:
    bodies, findings = contents.bodies, contents.findings
    inputs = _take(Kind.INPUT, bodies, read_input, findings)
    names = {str(body.value.get("inputName")) for body in bodies if body.kind is Kind.INPUT}
    names.update(known_inputs)
    models = _take(
        Kind.DETECTOR_MODEL, bodies, lambda body: read_model(body, names, role_required=False), findings
    )
    if findings:
        raise DefinitionsError(sorted(findings, key=lambda finding: finding.file))
    contents.warnings += _model_warnings(models, bodies)
    _warn(contents)
    return Definitions(inputs, models, tuple(bodies))


def _model_warnings(models: Mapping[str, DetectorModel], bodies: Iterable[RequestBody]) -> list[Finding]:
    by_name = {body.value.get("detectorModelName"): body for body in bodies}
    return [
        by_name[name].finding(path, text)
        for name, model in models.items()
        for path, text in warnings_of(model)
    ]


def _warn(contents: FileContents) -> None:
    for warning in contents.warnings:
        logger.warning("%s", warning)
    for body in contents.bodies:
        if body.kind is Kind.ALARM_MODEL:
            logger.warning("%s: alarm models are not run yet, skipped", body.place)
    if contents.unresolved:
        symbols = dict.fromkeys(f"{symbol} ({file})" for file, symbol in contents.unresolved)
        logger.warning("placeholders stand for what is unresolved: %s; %s", ", ".join(symbols), ADVICE)


def _take(
    kind: Kind,
    bodies: Iterable[RequestBody],
    read: Callable[[Mapping[str, Any]], tuple[Thing | None, list[Violation]]],
    findings: list[Finding],
) -> dict[str, Thing]:
    """Return what the bodies of a kind define, by name; note findings."""
    taken: dict[str, tuple[Thing, RequestBody]] = {}
    for body in bodies:
        if body.kind is not kind:
            continue
        thing, violations = read(body.value)
        findings.extend(body.finding(path, text) for path, text in violations)
        if thing is None:
            continue
        if thing.name in taken:
            text = f"{thing.name} is also defined in {taken[thing.name][1].place}"
            findings.append(body.finding(kind.name_member, text))
        else:
            taken[thing.name] = thing, body
    return {name: thing for name, (thing, _) in taken.items()}
