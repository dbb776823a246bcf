"""Read the request bodies of a definition file, in all forms in which people keep them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from iotevents.definitions.cloudformation.template import Template
from iotevents.definitions.documents import DocumentError, read_document
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
    " nor the answer of a describe operation, a console export or a CloudFormation template"
)
BodiesAndFindings = tuple[list[RequestBody], list[Finding]]


def read_request_bodies(file: Path, parameters: Mapping[str, Any] | None = None) -> BodiesAndFindings:
    """Return the bodies in a file, and the findings; `parameters` fill in templates."""
    try:
        document = read_document(file)
    except DocumentError as error:
        return [], [Finding(file.name, "", str(error))]
    return request_bodies(document, file.name, parameters)


def request_bodies(
    document: Any, file: str, parameters: Mapping[str, Any] | None = None
) -> BodiesAndFindings:
    """Return the bodies in a document, or in each element of a list, with the API's names of members.

    Explicit nulls and read-only members are left out. A detector or alarm model without a name is named after
    the file; in a template it has the logical id of its resource.
    """
    bodies: list[RequestBody] = []
    findings: list[Finding] = []
    is_list = isinstance(document, list)
    for index, element in enumerate(document if is_list else [document]):
        path = f"[{index}]" if is_list else ""
        if isinstance(element, Mapping) and "Resources" in element:
            _take_template(file, path, Template(element, parameters or {}), bodies, findings)
        else:
            _take(file, path, element, bodies, findings)
    return bodies, findings


def _take_template(
    file: str, path: str, template: Template, bodies: list[RequestBody], findings: list[Finding]
) -> None:
    prefix = f"{path}." if path else ""
    bodies += [
        RequestBody(file, prefix + place, kind, without_nulls(value))
        for place, kind, value in template.request_bodies()
    ]
    findings += [Finding(file, prefix + place, text) for place, text in template.findings]


def _take(file: str, path: str, document: Any, bodies: list[RequestBody], findings: list[Finding]) -> None:
    before = len(bodies)
    for value in _unwrapped(document):
        kind = next((kind for member, kind in MEMBERS.items() if member in value), None)
        if kind is not None:
            bodies.append(RequestBody(file, path, kind, _named(_created(value), kind, file)))
    if len(bodies) == before:
        findings.append(Finding(file, path, UNKNOWN))


def _unwrapped(document: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(document, Mapping):
        return
    wrapped = [document[envelope] for envelope in ENVELOPES if envelope in document]
    yield from (value for value in wrapped or [document] if isinstance(value, Mapping))


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
    if kind is Kind.INPUT:
        return value
    return {kind.name_member: re.sub(r"[^a-zA-Z0-9_-]+", "_", Path(file).stem)[:128]} | value


def without_nulls(value: Any) -> Any:
    """Return a document without the null members that the console writes."""
    if isinstance(value, Mapping):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(element) for element in value] if isinstance(value, list) else value
