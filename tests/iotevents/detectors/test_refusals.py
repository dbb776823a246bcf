"""Models that the API takes and models that it refuses, as data: one good model, and changes to it.

A change names a place of the body (below `detectorModelDefinition` without that name) and the values to put
there; `absent` takes it away, `text` and `times` make it long. `["only", action]` makes it the only action of
the first event in `onInput`, and `[place, value]` changes another place than the one that is found wrong.
Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_CreateDetectorModel.html and the page
iotevents-analyze-diagnostic-information of the developer guide
"""

import copy
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from iotevents.definitions.loading import load_definitions
from iotevents.errors import DefinitionsError

Json = dict[str, Any]
DATA: Json = json.loads((Path(__file__).parents[2] / "conformance" / "models.json").read_text("utf-8"))
BODY = (
    "detectorModelName",
    "roleArn",
    "detectorModelDescription",
    "key",
    "evaluationMethod",
    "tags",
    "unknown",
)
FIRST_ACTIONS = "states[0].onInput.events[0].actions"


def changes(kind: str) -> Iterator[tuple[str, Json]]:
    """Yield the places of the data, with the model that each change makes."""
    for place, values in DATA[kind]:
        for value in values:
            match value:
                case ["only", action]:
                    yield place, changed(FIRST_ACTIONS, [action])
                case [str(other), changed_value]:
                    yield place, changed(other, changed_value)
                case _:
                    yield place, changed(place, value)


def changed(place: str, value: Any) -> Json:
    model: Json = copy.deepcopy(DATA["model"])
    definition = not place.startswith((*BODY, "detectorModelDefinition"))
    steps: list[Any] = [
        int(step) if step.isdigit() else step
        for step in re.findall(r"[\w-]+", f"detectorModelDefinition.{place}" if definition else place)
    ]
    holder: Any = model
    *_, last = steps
    for step, following in pairwise(steps):
        holder = child(holder, step, [{}] if isinstance(following, int) else {})
    if value == "absent":
        del_quietly(holder, last)
    else:
        holder[last] = (
            value["text"] * value["times"] if isinstance(value, dict) and "times" in value else value
        )
    return model


def child(holder: Any, step: Any, new: Any) -> Any:
    if isinstance(holder, dict):
        return holder.setdefault(step, new)
    return holder[step]


def del_quietly(holder: Any, name: Any) -> None:
    if name in holder:
        del holder[name]


def load(folder: Path, model: Json) -> list[str]:
    """Return the names of the models that are loaded; raises DefinitionsError."""
    inputs = {"inputName": "In", "inputDefinition": {"attributes": [{"jsonPath": "x"}]}}
    (folder / "model.json").write_text(json.dumps([inputs, model]))
    return list(load_definitions(folder).models)


REFUSED = list(changes("refused"))
TAKEN = list(changes("taken"))


@pytest.mark.parametrize(
    ("place", "model"), REFUSED, ids=[f"{n}-{place}" for n, (place, _) in enumerate(REFUSED)]
)
def test_model_is_refused(tmp_path: Path, place: str, model: Json) -> None:
    with pytest.raises(DefinitionsError) as raised:
        load(tmp_path, model)
    found = {(one.file, one.path.removeprefix("[1].")) for one in raised.value.findings}
    assert all(file == "model.json" and path.startswith(place) for file, path in found), found


@pytest.mark.parametrize(
    ("place", "model"), TAKEN, ids=[f"{n}-{place}" for n, (place, _) in enumerate(TAKEN)]
)
def test_model_is_taken(tmp_path: Path, place: str, model: Json) -> None:
    assert load(tmp_path, model) == [model["detectorModelName"]]
