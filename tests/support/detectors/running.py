"""The engine and the plain reading on the same models and messages, and what to compare of their records."""

import json
import os
import random
from functools import cache
from typing import Any

from iotevents.models import DetectorModel, read_model
from iotevents.recordings.replay import replay

from tests.support.detectors import reference
from tests.support.detectors.cases import shown
from tests.support.detectors.worlds import World, world

Json = dict[str, Any]
EXAMPLES = int(os.environ.get("WORLD_EXAMPLES", "400"))
SEED = int(os.environ.get("WORLD_SEED", "1"))


def models_of_bodies(bodies: list[Json], inputs: list[str]) -> list[DetectorModel]:
    """Return the models of request bodies, all of which must be good."""
    models = []
    for body in bodies:
        model, violations = read_model(body, inputs)
        assert model is not None, violations
        models.append(model)
    return models


def replayed(
    bodies: list[Json], inputs: list[str], lines: list[Json], until: int | None = None
) -> list[Json]:
    """Return the records of the engine."""
    return list(replay(models_of_bodies(bodies, inputs), inputs, lines, until=until))


def engine_records(world: World) -> list[str]:
    """Return the engine's records, ready to be compared."""
    return comparable(replayed(world.models, world.inputs, world.lines, world.until))


def reference_records(world: World) -> list[str]:
    """Return the records of the reference implementation."""
    made = reference.World(world.models, set(world.inputs)).run(world.lines, world.until)
    return comparable(made)


def comparable(records: list[Json]) -> list[str]:
    """Return records as text, with actions numbered instead of their ids, and without texts for people."""
    actions = [action["id"] for record in records for action in record.get("actions", ())]
    numbers = {one: f"action {number}" for number, one in enumerate(actions)}
    assert len(numbers) == len(actions), "an action id is not unique"
    return [_text(record, numbers) for record in records]


def _text(record: Json, numbers: dict[str, str]) -> str:
    made = shown(record)
    made.pop("details", None)
    made["messageId"] = numbers.get(made["messageId"], made["messageId"])
    made["skipped"] = [
        one["resultDetails"] for one in record.get("conditions", ()) if one["result"] == "Skipped"
    ]
    for action in made["actions"]:
        action["id"] = numbers[action["id"]]
        if isinstance(action["payload"], dict) and "eventTime" in action["payload"]:
            inner = action["payload"]["payload"]
            inner["actionExecutionId"] = numbers[inner["actionExecutionId"]]
            cause = inner["eventTriggerDetails"]
            cause["messageId"] = numbers.get(cause.get("messageId"), cause.get("messageId"))
    if "rejected" in made:
        made = {name: made[name] for name in ("time", "input", "messageId", "rejected")}
    return json.dumps(made, sort_keys=True)


@cache
def judged() -> list[tuple[World, list[str]]]:
    """Random examples, from SEED on, with what the plain reading makes of them."""
    worlds = [world(random.Random(seed)) for seed in range(SEED, SEED + EXAMPLES)]
    return [(one, reference_records(one)) for one in worlds]
