"""Load the definitions folder: files that hold inputs and models."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from iotevents.definitions.documents import SUFFIXES
from iotevents.definitions.request_bodies import read_request_bodies
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.errors import DefinitionsError, Finding
from iotevents.models import DetectorModel, read_model
from iotevents.models.inputs import Input, Violation, read_input

logger = logging.getLogger(__name__)


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
    """Read all files of the folder. Raise DefinitionsError with all findings in any of them.

    `parameters` are the values that CloudFormation templates in the folder need. Models may use
    `known_inputs` too: a server has them from files that are gone.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _not_readable(folder, "is not a folder; it should hold the definitions") from error
    except OSError as error:
        raise _not_readable(folder, f"cannot be read: {error.strerror}") from error
    return read_definitions(files, parameters, known_inputs)


def _not_readable(folder: Path, why: str) -> DefinitionsError:
    return DefinitionsError([Finding(str(folder), "", why)])


def read_definitions(
    files: Iterable[Path], parameters: Mapping[str, Any] | None = None, known_inputs: Collection[str] = ()
) -> Definitions:
    """Read definition files. Raise DefinitionsError with all findings in any of them."""
    all_bodies: list[RequestBody] = []
    findings: list[Finding] = []
    for file in files:
        bodies, wrong = read_request_bodies(file, parameters)
        all_bodies += bodies
        findings += wrong
    inputs = _take(Kind.INPUT, all_bodies, read_input, findings)
    names = {str(body.value.get("inputName")) for body in all_bodies if body.kind is Kind.INPUT}
    names.update(known_inputs)
    models = _take(Kind.DETECTOR_MODEL, all_bodies, lambda body: read_model(body, names), findings)
    if findings:
        raise DefinitionsError(sorted(findings, key=lambda finding: finding.file))
    for body in all_bodies:
        if body.kind is Kind.ALARM_MODEL:
            logger.warning("%s: alarm models are not run yet, skipped", body.place)
    return Definitions(inputs, models, tuple(all_bodies))


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
