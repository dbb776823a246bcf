"""Inputs: named types of messages, and the declared attributes of their payloads."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_CreateInput.html, API_Attribute.html
INPUT_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
MAX_NAME_LENGTH = 128
MAX_DESCRIPTION_LENGTH = 1024
MAX_ATTRIBUTES = 200
JSON_PATH = re.compile(r"(`[\w\- ]+`|[\w\-]+)(\.(`[\w\- ]+`|[\w\-]+))*", re.ASCII)
MAX_JSON_PATH_LENGTH = 128

Violation = tuple[str, str]
"""The path inside the body, and what is wrong there, for people."""


@dataclass(frozen=True, slots=True)
class Input:
    """Type of message: its name, its description, and the declared JSON paths of its payload."""

    name: str
    description: str
    attributes: tuple[str, ...]


def read_input(body: Mapping[str, Any]) -> tuple[Input | None, list[Violation]]:
    """Read a CreateInput body; return the input, or None and all violations.

    The constraints are those of the API's CreateInput; an explicit null counts as absent.
    """
    violations = list(_violations(body))
    if violations:
        return None, violations
    attributes = tuple(attribute["jsonPath"] for attribute in body["inputDefinition"]["attributes"])
    return Input(body["inputName"], body.get("inputDescription") or "", attributes), []


def _violations(body: Mapping[str, Any]) -> Iterator[Violation]:
    yield from _unknown("", body, {"inputName", "inputDescription", "inputDefinition", "tags"})
    yield from _text("inputName", body.get("inputName"), MAX_NAME_LENGTH, INPUT_NAME)
    description = body.get("inputDescription")
    if description is not None:
        yield from _text("inputDescription", description, MAX_DESCRIPTION_LENGTH)
    match body.get("inputDefinition"):
        case None:
            yield "inputDefinition", "is missing"
        case Mapping() as definition:
            yield from _unknown("inputDefinition.", definition, {"attributes"})
            yield from _attributes("inputDefinition.attributes", definition.get("attributes"))
        case _:
            yield "inputDefinition", "must be an object"


def _attributes(path: str, attributes: object) -> Iterator[Violation]:
    if attributes is None:
        yield path, "is missing"
    elif not isinstance(attributes, list):
        yield path, "must be a list"
    else:
        if not 1 <= len(attributes) <= MAX_ATTRIBUTES:
            yield path, f"must have 1 to {MAX_ATTRIBUTES} entries, has {len(attributes)}"
        for index, attribute in enumerate(attributes):
            yield from _attribute(f"{path}[{index}]", attribute)


def _attribute(path: str, attribute: object) -> Iterator[Violation]:
    if not isinstance(attribute, Mapping):
        yield path, 'must be an object like {"jsonPath": "sensor.temperature"}'
        return
    yield from _unknown(f"{path}.", attribute, {"jsonPath"})
    yield from _text(f"{path}.jsonPath", attribute.get("jsonPath"), MAX_JSON_PATH_LENGTH, JSON_PATH)


def _text(
    path: str, value: object, longest: int, pattern: re.Pattern[str] | None = None
) -> Iterator[Violation]:
    shortest = 1 if pattern else 0
    if value is None:
        yield path, "is missing"
    elif not isinstance(value, str):
        yield path, f"must be text, not {value!r}"
    elif not shortest <= len(value) <= longest:
        yield path, f"must have {shortest} to {longest} characters, has {len(value)}"
    elif pattern and not pattern.fullmatch(value):
        yield path, f"{value!r} does not match {pattern.pattern}"


def _unknown(prefix: str, body: Mapping[str, Any], known: set[str]) -> Iterator[Violation]:
    for name, value in body.items():
        if name not in known and value is not None:
            yield f"{prefix}{name}", f"is not known here; allowed: {', '.join(sorted(known))}"
