"""A world gives what `replay --json` prints of the same lines, for random models, messages and times."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from iotevents.errors import NotFoundError
from iotevents.testing import Coverage, RefusedError, Simulation, SimulationResult, load

from tests.support.detectors.worlds import World, world
from tests.support.iotevents.live_models import input_document
from tests.support.iotevents.model_docs import printed

Json = dict[str, Any]
Names = tuple[str, str, str, str]
"""Of a model, a state, a life cycle and an event."""
LIFE_CYCLES = {"onEnter": ["events"], "onInput": ["events", "transitionEvents"], "onExit": ["events"]}


@given(st.randoms(use_true_random=False))
def test_world_equals_replay(tmp_path_factory: Any, source: Random) -> None:
    expected_world = world(source)
    folder = written(expected_world, tmp_path_factory.mktemp("world"))
    until = [] if expected_world.until is None else ["--until", expected_world.until]
    messages = folder / "messages"
    text = printed("replay", "--definitions", folder, "--json", *until, messages)
    records = [json.loads(line) for line in text.splitlines()]
    simulation = load(folder)
    times = accumulate((line["time"] for line in expected_world.lines), max)
    lines = zip(expected_world.lines, times, strict=True)
    results = [taken(simulation, line, time) for line, time in lines]
    if expected_world.until is not None:
        results.append(simulation.advance(to=expected_world.until))
    assert json_of(simulation.evaluations) == json_of(one for one in records if "trigger" in one)
    assert sum(one.duplicate for one in results if one) == sum("duplicate" in one for one in records)
    assert [action.id for action in simulation.actions] == [
        action["id"] for one in records for action in one.get("actions", ())
    ]
    assert len(simulation.errors) >= sum(len(one.get("errors", ())) for one in records)
    assert_covered(simulation.coverage(), expected_world.models, records)


def written(one: World, folder: Path) -> Path:
    """Write the files of the world; no definition ends as the messages file does."""
    for number, document in enumerate([*map(input_document, one.inputs), *one.models]):
        (folder / f"{number}.json").write_text(json.dumps(document))
    (folder / "messages").write_text("".join(json.dumps(line) + "\n" for line in one.lines))
    return folder


def taken(simulation: Simulation, line: Json, at: int) -> SimulationResult | None:
    """Send the line or call its operation; None if it is refused."""
    try:
        if "operation" in line:
            return simulation.call(line["operation"], line["request"], at=at)
        message_id = line.get("messageId")
        return simulation.send(line["inputName"], line["payload"], at=at, message_id=message_id)
    except (NotFoundError, RefusedError):
        simulation.advance(to=at)
    return None


def json_of(records: Any) -> list[str]:
    return [json.dumps(one) for one in records]


def assert_covered(coverage: Coverage, models: list[Json], records: list[Json]) -> None:
    """Compare the coverage with the trace, by names where the coverage counts all that have the name."""
    counts = {(place.model, place.path): count for place, count in coverage.counts.items()}
    events = Counter[Names]()
    uncounted = set[Names]()
    for names, path in events_of(models):
        events[names] += counts.get((names[0], path), 0)
        if (names[0], path) not in counts:
            uncounted.add(names)
    held = Counter(names for one in records for names in held_in(one))
    assert {names: events[names] for names in events if names not in uncounted} == {
        names: held[names] for names in events if names not in uncounted
    }
    entered = {(place.model, place.name) for place in coverage.counts if place.kind == "state"}
    entered -= {(place.model, place.name) for place in coverage.unreached}
    initial = {one["detectorModelName"]: one["detectorModelDefinition"]["initialStateName"] for one in models}
    evaluations = [one for one in records if "trigger" in one]
    expected = {(one["model"], one["to"]) for one in evaluations if one["to"]}
    assert entered == expected | {(one["model"], initial[one["model"]]) for one in evaluations}


def events_of(models: list[Json]) -> Iterator[tuple[Names, str]]:
    for model in models:
        for number, state in enumerate(model["detectorModelDefinition"]["states"]):
            for life_cycle, members in LIFE_CYCLES.items():
                for member in members:
                    for index, event in enumerate((state.get(life_cycle) or {}).get(member) or ()):
                        path = f"states[{number}].{life_cycle}.{member}[{index}]"
                        names = model["detectorModelName"], state["stateName"], life_cycle, event["eventName"]
                        yield names, path


def held_in(record: Json) -> Iterator[Names]:
    for one in record.get("conditions", ()):
        if one["result"] == "True":
            life_cycle = one["lifeCycle"][0].lower() + one["lifeCycle"][1:]
            yield record["model"], one["state"], life_cycle, one["eventName"]
