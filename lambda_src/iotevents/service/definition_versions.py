"""The versions of definitions that a store keeps, and the registry that they make."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.errors import DefinitionsError, Finding
from iotevents.models import DetectorModel, read_model
from iotevents.runtime.routing import ModelRegistry
from iotevents.stores.records import Definition


def new_versions(stored: Iterable[Definition], bodies: Iterable[RequestBody]) -> list[Definition]:
    """Return the versions that files add: those whose content is not what was last loaded from a file.

    So a file that stays as it is never undoes a change that came another way.
    """
    newest = {(definition.kind, definition.name): definition for definition in stored}
    versions = (_next_version(newest, body) for body in bodies if body.kind is not Kind.ALARM_MODEL)
    return [definition for definition in versions if definition is not None]


def build_registry(definitions: Iterable[Definition]) -> ModelRegistry:
    """Return the registry of definitions, which were checked before they were stored.

    Raise DefinitionsError if one of them is not valid any more.
    """
    newest = list(definitions)
    inputs = [definition for definition in newest if definition.kind == Kind.INPUT.value]
    models = [definition for definition in newest if definition.kind == Kind.DETECTOR_MODEL.value]
    names = {definition.name for definition in inputs}
    return ModelRegistry([_model(definition, names) for definition in models], names)


def _next_version(newest: Mapping[tuple[str, str], Definition], body: RequestBody) -> Definition | None:
    name = str(body.value[body.kind.name_member])
    text = json.dumps(body.value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = sha256(text.encode()).hexdigest()
    before = newest.get((body.kind.value, name))
    if before is not None and before.loaded == digest:
        return None
    return Definition(body.kind.value, name, before.version + 1 if before else 1, text, digest)


def _model(definition: Definition, inputs: set[str]) -> DetectorModel:
    body: Mapping[str, Any] = json.loads(definition.body)
    model, violations = read_model(body, inputs, role_required=False)
    if model is None:
        place = f"{definition.kind} {definition.name}, version {definition.version}"
        raise DefinitionsError([Finding(place, path, text) for path, text in violations])
    return replace(model, version=str(definition.version))
