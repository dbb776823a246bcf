"""The request bodies that a definition file holds, in all forms in which people keep them."""

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
"""A member tells what a body creates; the definitions come first, a name alone is the last hint."""

ENVELOPES: Final = {"input": "inputConfiguration", "detectorModel": "detectorModelConfiguration"}
"""Where DescribeInput, DescribeDetectorModel and the console's export put what Create has in one object."""

READ_ONLY: Final = frozenset(
    {"creationTime", "lastUpdateTime", "status", "statusMessage", "ResponseMetadata", "schemaVersion"}
    | {
        f"{what}{member}"
        for what in ("input", "detectorModel", "alarmModel")
        for member in ("Arn", "Version")
    }
)
"""What the service answers and the console exports, beside what was asked for."""

UNKNOWN: Final = (
    "is not the body of CreateInput, CreateDetectorModel or CreateAlarmModel,"
    " nor the answer of a describe operation, a console export or a CloudFormation template"
)
Found = tuple[list[RequestBody], list[Finding]]


def read_request_bodies(file: Path, parameters: Mapping[str, Any] | None = None) -> Found:
    """The bodies in a file, and what is wrong with it; `parameters` fill in templates."""
    try:
        document = read_document(file)
    except DocumentError as error:
        return [], [Finding(file.name, "", str(error))]
    return bodies(document, file.name, parameters)


def bodies(document: Any, file: str, parameters: Mapping[str, Any] | None = None) -> Found:
    """The bodies in a document, or in each element of a list, with the names of their members as in the API.

    Explicit nulls and read-only members are left out. A detector or alarm model without a name is named after
    the file; in a template it has the logical id of its resource.
    """
    found: list[RequestBody] = []
    findings: list[Finding] = []
    several = isinstance(document, list)
    for index, one in enumerate(document if several else [document]):
        path = f"[{index}]" if several else ""
        if isinstance(one, Mapping) and "Resources" in one:
            _take_template(file, path, Template(one, parameters or {}), found, findings)
        else:
            _take(file, path, one, found, findings)
    return found, findings


def _take_template(
    file: str, path: str, template: Template, found: list[RequestBody], findings: list[Finding]
) -> None:
    prefix = f"{path}." if path else ""
    found += [
        RequestBody(file, prefix + place, kind, without_nulls(value))
        for place, kind, value in template.bodies()
    ]
    findings += [Finding(file, prefix + place, text) for place, text in template.findings]


def _take(file: str, path: str, document: Any, found: list[RequestBody], findings: list[Finding]) -> None:
    before = len(found)
    for value in _unwrapped(document):
        kind = next((kind for member, kind in MEMBERS.items() if member in value), None)
        if kind is not None:
            found.append(RequestBody(file, path, kind, _named(_created(value), kind, file)))
    if len(found) == before:
        findings.append(Finding(file, path, UNKNOWN))


def _unwrapped(document: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(document, Mapping):
        return
    wrapped = [document[envelope] for envelope in ENVELOPES if envelope in document]
    yield from (one for one in wrapped or [document] if isinstance(one, Mapping))


def _created(value: Mapping[str, Any]) -> dict[str, Any]:
    """What Create takes of an answer of Describe: the configuration's members stand beside the definition."""
    flat: dict[str, Any] = {}
    for member, one in value.items():
        flat |= one if member in ENVELOPES.values() and isinstance(one, Mapping) else {member: one}
    made: dict[str, Any] = without_nulls({name: one for name, one in flat.items() if name not in READ_ONLY})
    return made


def _named(value: dict[str, Any], kind: Kind, file: str) -> dict[str, Any]:
    if kind is Kind.INPUT:
        return value
    return {kind.name_member: re.sub(r"[^a-zA-Z0-9_-]+", "_", Path(file).stem)[:128]} | value


def without_nulls(value: Any) -> Any:
    """A document in which null members are absent, as the console writes them."""
    if isinstance(value, Mapping):
        return {member: without_nulls(one) for member, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value
