"""Names in a simulation: which detector or input is meant, and the names that exist if there is none."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from iotevents.engine.detector import DetectorId
from iotevents.errors import NotFoundError, RefusedError
from iotevents.models import DetectorModel
from iotevents.recordings.messages_file import MessageLine
from iotevents.runtime.repository import InMemoryRepository
from iotevents.runtime.routing import KeyValueError, ModelRegistry

DetectorName: TypeAlias = str | tuple[str, str | int]
"""A model and a key; the model alone if it has no key."""

LISTED_NAMES: Final = 20
"""Names that the text of an error lists."""


def check_message(registry: ModelRegistry, line: MessageLine) -> None:
    """Raise NotFoundError or RefusedError if the message would be refused."""
    if line.input not in registry.inputs:
        raise NotFoundError(f"There is no input {line.input}; {_known('inputs', registry.inputs)}")
    for route in registry.routes.get(line.input, ()):
        try:
            route.key_value(line.payload)
        except KeyValueError as error:
            names = _known("its attributes", line.payload)
            raise RefusedError(f"{error} of {route.model.name}; {names}") from error


def find_detector(
    registry: ModelRegistry, repository: InMemoryRepository, name: DetectorName
) -> tuple[DetectorModel, DetectorId]:
    """Return the model and the id of a detector, which need not exist. Raises NotFoundError."""
    model_name, key = (name, None) if isinstance(name, str) else name
    model = registry.models.get(model_name)
    if model is None:
        known = _known("detector models", registry.models)
        raise NotFoundError(f"There is no detector model {model_name}; {known}")
    if (key is None) == (model.key is None):
        return model, DetectorId(model_name, None if key is None else str(key))
    if model.key is None:
        raise NotFoundError(f'The model {model_name} has no key, and one detector: world["{model_name}"]')
    raise NotFoundError(
        f'The model {model_name} has a detector for each {model.key.text}: world["{model_name}", KEY]; '
        f"{_known_keys(repository, model_name)}"
    )


def missing_detector(repository: InMemoryRepository, detector_id: DetectorId) -> str:
    """Return the text of the error that a detector does not exist now."""
    model_name, key = detector_id
    was_deleted = repository.incarnation(detector_id) > 0
    history = "it was deleted, and its next" if was_deleted else "its first"
    if key is None:
        return f"The model {model_name} has no detector now: {history} message makes it"
    keys = _known_keys(repository, model_name)
    return f"The model {model_name} has no detector {key} now: {history} message makes it; {keys}"


def _known_keys(repository: InMemoryRepository, model_name: str) -> str:
    ids = (detector_id for detector_id in repository.detectors if detector_id.model == model_name)
    return _known("keys", (str(detector_id.key) for detector_id in ids))


def _known(noun: str, names: Iterable[str]) -> str:
    known = sorted(names)
    shown = ", ".join(known[:LISTED_NAMES]) or "none"
    more = len(known) - LISTED_NAMES
    return f"{noun}: {shown} and {more} more" if more > 0 else f"{noun}: {shown}"
