"""Read the request bodies of a definition file, in all forms in which people keep them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from iotevents.definitions.cloudformation.template import KINDS, Template
from iotevents.definitions.documents import Document, DocumentError, parse_document
from iotevents.definitions.other_formats import other_format
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.errors import Finding

MEMBERS: Final = {
    "inputDefinition": Kind.INPUT,
    "detectorModelDefinition": Kind.DETECTOR_MODEL,
    "alarmRule": Kind.ALARM_MODEL,
    "inputName": Kind.INPUT,
    "detectorModelName": Kind.DETECTOR_MODEL,
    "alarmModelName": Kind.ALARM_MODEL,
}
"""The kind of a body by its members; the definitions come first, a name alone is the last hint."""

ENVELOPES: Final = {"input": "inputConfiguration", "detectorModel": "detectorModelConfiguration"}
"""Wrappers, in the output of DescribeInput, DescribeDetectorModel and the console, of a body's members."""

READ_ONLY: Final = frozenset(
    {"creationTime", "lastUpdateTime", "status", "statusMessage", "ResponseMetadata", "schemaVersion"}
    | {
        f"{what}{member}"
        for what in ("input", "detectorModel", "alarmModel")
        for member in ("Arn", "Version")
    }
)
"""Members of the service's answers and the console's exports that no request body has."""

UNKNOWN: Final = (
    "is not the body of CreateInput, CreateDetectorModel or CreateAlarmModel,"
    " nor the answer of a describe operation, a console export, the definition alone or a CloudFormation"
    " template"
)
REPEATED: Final = "stands twice in its object; only the last of them counts"


@dataclass(slots=True)
class FileContents:
    """Contents of definition files: request bodies, what is wrong, what to say to people all the same.

    `unresolved` are the symbols of templates that placeholders stand for, each after its file.
    """

    bodies: list[RequestBody] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    unresolved: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: "FileContents") -> None:
        """Add the contents of another file."""
        self.bodies += other.bodies
        self.findings += other.findings
        self.warnings += other.warnings
        self.unresolved += other.unresolved

    def add_template(self, file: str, path: str, template: Template) -> None:
        """Add the bodies of a template at a path in a file."""
        prefix = f"{path}." if path else ""
        self.bodies += [
            RequestBody(file, prefix + place, kind, without_nulls(value))
            for place, kind, value in template.request_bodies()
        ]
        self.findings += [Finding(file, prefix + place, text) for place, text in template.findings]
        self.unresolved += [(file, symbol) for symbol in template.unresolved]


def read_request_bodies(
    file: Path, parameters: Mapping[str, Any] | None = None, *, sketch: bool = False
) -> FileContents:
    """Return what a file holds; `parameters` fill in templates, in a `sketch` nothing needs any."""
    try:
        document = parse_document(file)
    except DocumentError as error:
        return FileContents(findings=[Finding(file.name, "", str(error))])
    return request_bodies(document, file.name, parameters, sketch=sketch)


def request_bodies(
    document: Document, file: str, parameters: Mapping[str, Any] | None = None, *, sketch: bool = False
) -> FileContents:
    """Return the bodies in a document, or in each element of a list, with the API's names of members.

    Explicit nulls and read-only members are left out. What has no name is named after the file; in a template
    it has the logical id of its resource.
    """
    contents = FileContents()
    foreign = other_format(file, document.content)
    if foreign is not None:
        contents.warnings.append(Finding(file, "", f"{foreign} is not read"))
        return contents
    is_list = isinstance(document.content, list)
    for index, element in enumerate(document.content if is_list else [document.content]):
        path = f"[{index}]" if is_list else ""
        if is_template(element):
            contents.add_template(file, path, Template(element, parameters or {}, sketch=sketch))
        else:
            _take(file, path, element, contents)
    note_repeated(contents, file, document)
    return contents


def is_template(document: Any) -> bool:
    """Return whether a document is a CloudFormation template."""
    return isinstance(document, Mapping) and "Resources" in document


def note_repeated(contents: FileContents, file: str, document: Document) -> None:
    """Note the keys that stand twice: a finding in a definition, a warning elsewhere in a template."""
    for path in document.repeated:
        notes = contents.findings if _is_in_definition(document.content, path) else contents.warnings
        notes.append(Finding(file, path, REPEATED))


def _is_in_definition(content: Any, path: str) -> bool:
    element, place = content, path
    if isinstance(content, list):
        index, _, place = path[1:].partition("].")
        element = content[int(index)] if index.isdigit() else None
    if not is_template(element):
        return True
    resources = element["Resources"]
    return isinstance(resources, Mapping) and any(
        isinstance(resource, Mapping)
        and resource.get("Type") in KINDS
        and (place == f"Resources.{name}" or place.startswith(f"Resources.{name}."))
        for name, resource in resources.items()
    )


def _take(file: str, path: str, document: Any, contents: FileContents) -> None:
    before = len(contents.bodies)
    for value in _unwrapped(document):
        kind = next((kind for member, kind in MEMBERS.items() if member in value), None)
        if kind is not None:
            contents.bodies.append(RequestBody(file, path, kind, _named(_created(value), kind, file)))
    if len(contents.bodies) == before:
        contents.findings.append(Finding(file, path, UNKNOWN))


def _unwrapped(document: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(document, Mapping):
        return
    wrapped = [document[envelope] for envelope in ENVELOPES if envelope in document]
    for value in wrapped or [document]:
        if isinstance(value, Mapping):
            yield _with_definition(value)


def _with_definition(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a body for a definition alone, as the AWS CLI's `--detector-model-definition` takes it."""
    if MEMBERS.keys() & value.keys():
        return value
    if "initialStateName" in value or isinstance(value.get("states"), list):
        return {"detectorModelDefinition": value}
    return {"inputDefinition": value} if isinstance(value.get("attributes"), list) else value


def _created(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that Create takes of an answer of Describe, those of the configuration included."""
    flat: dict[str, Any] = {}
    for name, member in value.items():
        flat |= member if name in ENVELOPES.values() and isinstance(member, Mapping) else {name: member}
    body: dict[str, Any] = without_nulls(
        {name: member for name, member in flat.items() if name not in READ_ONLY}
    )
    return body


def _named(value: dict[str, Any], kind: Kind, file: str) -> dict[str, Any]:
    """Name a body after its file, unless it has a name."""
    unsafe = r"\W+" if kind is Kind.INPUT else r"[^\w-]+"
    return {kind.name_member: re.sub(unsafe, "_", Path(file).stem, flags=re.ASCII)[:128]} | value


def without_nulls(value: Any) -> Any:
    """Return a document without the null members that the console writes."""
    if isinstance(value, Mapping):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(element) for element in value] if isinstance(value, list) else value
