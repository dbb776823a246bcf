"""What a live run came to, and a replay of its journal: as text, so that 1, 1.0 and true differ."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from iotevents.engine.detector import Detector, DetectorId
from iotevents.models import DetectorModel
from iotevents.recordings.messages_file import Line, MessageLine, read_line
from iotevents.recordings.records import Record, record_of
from iotevents.recordings.replay import Replay, as_record
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Unrouted
from iotevents.stores.store import Store
from tests.support.detectors.running import models_of_bodies
from tests.support.iotevents.traces import Json

EVERY = 1_000_000
"""More detectors than any test has."""


class Run(NamedTuple):
    """The records in their order, and all detectors at the end."""

    records: list[str]
    detectors: list[str]


def replayed_run(journal: Path, documents: Iterable[Json], until: int | None = None) -> Run:
    """Return the result of `replay` on a journal; with `until` the clock runs on to that time."""
    return replay_of(lines_of(journal), documents, until)


def replay_of(lines: Iterable[Any], documents: Iterable[Json], until: int | None = None) -> Run:
    """Return the result of `replay` on lines of a messages file."""
    models, inputs = world_of(documents)
    run = Replay(models, inputs)
    records = [as_record(entry) for line in lines for entry in run.take(line)]
    if until is not None:
        records += map(as_record, run.advance(until))
    return Run([_text(one) for one in records], _detectors(run.repository.detectors.items()))


def live_run(outcomes: Iterable[Outcome], journal: Path, detectors: list[str]) -> Run:
    """Return the results of a live run without the repetitions, which are not in the journal."""
    found = without_repetitions(outcomes, lines_of(journal))
    return Run([_text(record_of(one)) for one in found], detectors)


def of_detectors(run: Run) -> Run:
    """Only what detectors did, and what became of the messages that they sent."""
    records = [(text, json.loads(text)) for text in run.records]
    caused = {action["id"] for _, one in records for action in one.get("actions", ())}
    kept = [text for text, one in records if "trigger" in one or one["messageId"] in caused]
    return Run(kept, run.detectors)


def without_repetitions(outcomes: Iterable[Outcome], lines: Iterable[Line]) -> list[Outcome]:
    """Return the part of the results that the journal can reproduce.

    A message that all its detectors have had, or that no model uses and came before, is told when it comes
    again, and not accepted again. The messages of actions are in no journal: their actions make them anew.
    """
    accepted = Counter((one.time, one.input, one.message_id) for one in lines if isinstance(one, MessageLine))
    caused = set[str]()
    found = list[Outcome]()
    for one in outcomes:
        match one:
            case Duplicate():
                continue
            case Unrouted(time, message) if message.message_id not in caused:
                key = time, message.input, message.message_id
                accepted[key] -= 1
                if accepted[key] < 0:
                    continue
            case Evaluated():
                caused |= {effect.id for effect in one.effects}
        found.append(one)
    return found


def lines_of(journal: Path) -> list[Line]:
    """Return the lines of a journal; str.splitlines would end some within a payload."""
    return [read_line(raw.decode()) for raw in journal.read_bytes().splitlines()]


def detectors_of(store: Store, documents: Iterable[Json]) -> list[str]:
    """All detectors of a store, as their rows have them."""
    return _detectors(
        (DetectorId(model.name, one.key), one)
        for model in world_of(documents)[0]
        for one in store.detectors(model.name, model.version, state=None, after=None, limit=EVERY)
    )


def world_of(documents: Iterable[Json]) -> tuple[list[DetectorModel], list[str]]:
    """Return the models and the names of the inputs."""
    bodies = list(documents)
    inputs = [one["inputName"] for one in bodies if "inputName" in one]
    return models_of_bodies([one for one in bodies if "inputName" not in one], inputs), inputs


def difference(live: Run, replayed: Run) -> tuple[str | None, str | None] | None:
    """Return the first difference of the records, then of the detectors; None if there is none."""
    for some, others in zip(live, replayed, strict=True):
        for one, other in zip_longest(some, others):
            if one != other:
                return one, other
    return None


def by_detector(records: Sequence[str]) -> dict[str, list[str]]:
    """Return the records of each detector, in their order."""
    found: dict[str, list[str]] = {}
    for text in records:
        record: Record = json.loads(text)
        found.setdefault(f"{record.get('model')} {record.get('key')}", []).append(text)
    return found


def _detectors(found: Iterable[tuple[DetectorId, Detector]]) -> list[str]:
    return sorted(_text([one.model, list(detector)]) for one, detector in found)


def _text(value: Any) -> str:
    return json.dumps(value)
