"""The definitions that a store keeps, and what new files make of them."""

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
    """What files change: a definition is new if its content is not what was last loaded from a file.

    So a file that stays as it is never undoes what was changed in another way.
    """
    newest = {(one.kind, one.name): one for one in stored}
    made = (_next_version(newest, body) for body in bodies if body.kind is not Kind.ALARM_MODEL)
    return [one for one in made if one is not None]


def build_registry(definitions: Iterable[Definition]) -> ModelRegistry:
    """The world of some definitions, which were checked before they were stored. Raises DefinitionsError."""
    newest = list(definitions)
    inputs = [one for one in newest if one.kind == Kind.INPUT.value]
    models = [one for one in newest if one.kind == Kind.DETECTOR_MODEL.value]
    names = {one.name for one in inputs}
    return ModelRegistry([_model(one, names) for one in models], names)


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
    model, violations = read_model(body, inputs)
    if model is None:
        place = f"{definition.kind} {definition.name}, version {definition.version}"
        raise DefinitionsError([Finding(place, path, text) for path, text in violations])
    return replace(model, version=str(definition.version))
