"""Any model is read or refused, any line gives records, any definitions bodies or findings: nothing raises.

FUZZ_EXAMPLES=5000000 tries that many lines, and models and files in proportion; FUZZ_SEED other ones.
"""

import copy
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iotevents.definitions.documents import Document
from iotevents.definitions.request_bodies import request_bodies
from iotevents.models import DetectorModel, read_model
from iotevents.recordings.messages_file import read_line
from iotevents.recordings.replay import Replay, as_record

from tests.support.detectors.worlds import INPUTS, world

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))

JUMP = 600_000
DEEP = json.loads("[" * 150 + "]" * 150)
JUNK: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        7,
        59,
        10**19,
        -(10**400),
        1.5,
        1e308,
        float("inf"),
        float("nan"),
        "",
        " ",
        "x",
    ),
    *(
        "x" * 129,
        "x" * 5000,
        "\ud800",
        "\0",
        "é",
        "null",
        "true",
        "$input.Door.n",
        "$input.Door.n >",
        "${",
        "'${1}'",
    ),
    *("$variable.v + 1", "1 / 0", "'\ud800'", [], {}, [None], [[]], {"": None}, {"a": 1}, DEEP, {"Ref": "A"}),
    *({"Fn::Sub": "${A}"}, {"Fn::If": 5}, "2023-11-14T22:13:20Z", "0001-01-01T00:00:00+23:59", "9999-12-31"),
]
TEXTS = ["{", "}", "[", "]", '"', "\\", ",", ":", "1e999", "NaN", "\\ud800", "\0", "-", "9" * 30, "9" * 5000]
TEMPLATES = [
    one["document"]
    for one in json.loads((Path(__file__).parents[2] / "conformance" / "definitions.json").read_text("utf-8"))
    if "document" in one
]


def spoiled(source: random.Random, document: Any) -> Any:
    """Return a copy with one to three of its values replaced, removed or renamed."""
    made = [copy.deepcopy(document)]
    for _ in range(source.choice([1, 1, 2, 3])):
        holder, place = source.choice(list(places(made)))
        match source.randrange(6):
            case 0 if holder is not made:
                del holder[place]
            case 1 if isinstance(holder, dict):
                holder[source.choice(["", "x", "condition", "actions", "Resources", "Type"])] = holder.pop(
                    place
                )
            case _:
                holder[place] = copy.deepcopy(source.choice(JUNK))
    return made[0]


def places(holder: Any) -> Iterator[tuple[Any, Any]]:
    """All places of a document: what holds a value, and its name or index there."""
    waiting = [holder]
    while waiting:
        one = waiting.pop()
        for place in list(one) if isinstance(one, dict) else range(len(one)):
            yield one, place
            if isinstance(one[place], dict | list):
                waiting.append(one[place])


def spoiled_text(source: random.Random, text: str) -> str:
    start = source.randrange(len(text) + 1)
    return text[:start] + source.choice(TEXTS) + text[start + source.choice([0, 1, 5]) :]


def read(source: random.Random, count: int) -> list[DetectorModel]:
    """Return models that can be run."""
    bodies = [model for _ in range(count) for model in world(source).models]
    return [model for model, _ in (read_model(body, INPUTS) for body in bodies) if model is not None]


def run(replay: Replay, text: str) -> int:
    """Take a line, whose records are JSON, and what leaves a detector can be sent; give their number."""
    line = read_line(text)
    if line.time is not None and replay.now and line.time - replay.now > JUMP:
        # A timer that starts itself again would be busy for long in a jump of a thousand years.
        line = line._replace(time=replay.now + JUMP)
    records = [as_record(entry) for entry in replay.take(line)]
    for record in records:
        json.dumps(record, allow_nan=False)
        json.dumps(record.get("actions"), ensure_ascii=False).encode()
    return len(records)


def test_any_line_gives_records() -> None:
    source = random.Random(SEED)
    evaluated = 0
    for _ in range(EXAMPLES // 100):
        replay = Replay(read(source, 1)[:1], INPUTS)
        lines = [json.dumps(line) for line in world(source).lines]
        for _ in range(100):
            text = source.choice(lines)
            if source.random() < 0.5:
                text = json.dumps(spoiled(source, json.loads(text)))
            elif source.random() < 0.5:
                text = spoiled_text(source, text)
            evaluated += run(replay, text)
    assert evaluated >= EXAMPLES


def test_any_model_is_read_or_refused() -> None:
    source = random.Random(SEED)
    taken = 0
    for _ in range(EXAMPLES // 500):
        one = world(source)
        for _ in range(20):
            body = spoiled(source, one.models[0])
            model, violations = read_model(body, INPUTS)
            assert (model is None) == bool(violations)
            assert all(isinstance(path, str) and text for path, text in violations)
            if model is not None:
                taken += 1
                replay = Replay([model], INPUTS)
                assert sum(run(replay, json.dumps(line)) for line in one.lines[:3]) >= 0
    assert EXAMPLES / 50 > taken > EXAMPLES / 1000


def test_any_definition_is_read_or_refused() -> None:
    source = random.Random(SEED)
    for _ in range(EXAMPLES // 10):
        document = Document(spoiled(source, source.choice(TEMPLATES)))
        for sketch in (False, True):
            contents = request_bodies(document, "any.json", {"A": "1"}, sketch=sketch)
            assert all(isinstance(one.value, dict) for one in contents.bodies)
            assert all(isinstance(one.path, str) and one.text for one in contents.findings)
