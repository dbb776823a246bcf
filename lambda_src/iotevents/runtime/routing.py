"""The models that run, and the detectors that a message concerns.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_CreateDetectorModel.html (key),
https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_BatchUpdateDetector.html
(keyValue)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from iotevents.expressions import UNDEFINED, AttributePath, describe, text_of
from iotevents.models import DetectorModel

is_key_value: Final = re.compile(r"[a-zA-Z0-9\-_:]{1,128}").fullmatch


class KeyValueError(ValueError):
    """A message has no key value for a model; the text says why."""


@dataclass(frozen=True, slots=True)
class Route:
    """Subscription of a model to the messages of an input."""

    model: DetectorModel

    def key_value(self, payload: dict[str, Any]) -> str | None:
        """Return the key of the detector that the payload concerns; None if the model has no key."""
        path = self.model.key
        return None if path is None else key_value(path, payload)


class ModelRegistry:
    """The models by name, the names of the inputs, and the routes of each input."""

    def __init__(self, models: Iterable[DetectorModel], inputs: Iterable[str]) -> None:
        self.models = {model.name: model for model in models}
        self.inputs = frozenset(inputs)
        self.routes = routes(self.models.values())


def routes(models: Iterable[DetectorModel]) -> dict[str, tuple[Route, ...]]:
    """Return for each input the routes to the models that refer to it, in the order of their names."""
    by_input: dict[str, list[Route]] = {}
    for model in sorted(models, key=lambda model: model.name):
        for name in model.inputs:
            by_input.setdefault(name, []).append(Route(model))
    return {name: tuple(of_input) for name, of_input in by_input.items()}


def key_value(path: AttributePath, payload: dict[str, Any]) -> str:
    """Return the key value at a path: a string as it is, a number as its JSON text. Raise KeyValueError."""
    value = path.value(payload)
    if type(value) is str and is_key_value(value):
        return value
    if value is UNDEFINED:
        raise KeyValueError(f"The payload has no {path.text}, which is the key of a detector")
    if type(value) not in (str, int, float):
        raise KeyValueError(f"The key {path.text} must be text or a number, not {describe(value)}")
    text = text_of(value)
    if not is_key_value(text):
        raise KeyValueError(
            f"The key {path.text} must have 1 to 128 letters, digits, -, _ or :, unlike {describe(value)}"
        )
    return text
