"""A replay of the journal gives what came of calls over HTTP.

Of real telemetry, of the timelines that are documented, and of random models.
"""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from iotevents.api.operations import OPERATIONS

from local.demo.telemetry import take
from tests.support.detectors.cases import CASES, NAMES, inputs_of, lines_of, models_of
from tests.support.iotevents.calls import Answer, message, send
from tests.support.iotevents.live import Clock, Live, eventually, live
from tests.support.iotevents.live_runs import Run, detectors_of, live_run, replayed_run
from tests.support.iotevents.traces import Call, Entry, Trace, calls_of, entries_of, random_trace

EXAMPLES = int(os.environ.get("LIVE_HTTP_EXAMPLES", "24"))
SERVERS = 8
SEED = int(os.environ.get("LIVE_SEED", "1"))
ROOMS = Path(__file__).parents[2] / "examples" / "rooms" / "definitions"
PATHS = {one.name: one.path for one in OPERATIONS}
CLOCKS = pytest.mark.parametrize("message_time", [False, True], ids=["wall", "message"])


def both(folder: Path, trace: Trace, source: Random, *, message_time: bool) -> tuple[Run, Run]:
    """Return the result of the calls, and that of `replay` on the journal."""
    folder.mkdir(exist_ok=True)
    journal = folder / "journal.jsonl"
    clock = Clock(trace.calls[0].time)
    with live(
        trace.documents, folder / "data.db", clock=clock, journal=journal, message_time=message_time
    ) as server:
        for call in trace.calls:
            if not message_time and source.random() < 0.3:
                move(server, source.randint(*sorted((clock.now, call.time))))
            clock.now = call.time
            assert answer(server, call).status in (200, 400)
        if not message_time:
            move(server, max(clock.now, server.store.clock) + source.choice([0, 60_000, 400_000]))
        until = server.store.clock if message_time else clock.now
        detectors = detectors_of(server.store, trace.documents)
    found = live_run(server.outcomes, journal, detectors)
    return found, replayed_run(journal, trace.documents, until)


def answer(server: Live, call: Call) -> Answer:
    return send(server.url, json.dumps(call.document).encode(), path=PATHS[call.operation])


def move(server: Live, now: int) -> None:
    """Move the clock of the machine, and wait until the server has let the timers fire that are due then."""
    server.clock.now = now
    eventually(lambda: not server.store.due(now, 1), 60)


@CLOCKS
def test_replay_gives_what_rooms_gave(tmp_path: Path, message_time: bool) -> None:
    source = Random(1)
    readings = [
        Entry(one.time, "BatchPutMessage", message(f"{one.room}-{one.time}", one.document, "RoomTelemetry"))
        for one in take(2000, 4)
    ]
    documents = [json.loads(file.read_text()) for file in sorted(ROOMS.glob("*.json"))]
    trace = Trace(documents, list(calls_of(source, readings, stamped=message_time)))
    found, again = both(tmp_path, trace, source, message_time=message_time)
    assert found == again
    triggers = [json.loads(record)["trigger"] for record in found.records]
    assert (triggers.count("message"), "timer" in triggers) == (2000, True)
    assert sum(1 for record in found.records if json.loads(record)["actions"]) > 3


@CLOCKS
def test_replay_gives_what_timelines_gave(tmp_path: Path, message_time: bool) -> None:
    def differs(number: int) -> bool:
        case, source = CASES[number], Random(number)
        calls = list(calls_of(source, entries_of(lines_of(case)), stamped=message_time))
        trace = Trace([*inputs_of(case), *models_of(case)], calls)
        found, again = both(tmp_path / str(number), trace, source, message_time=message_time)
        return found != again

    assert [NAMES[number] for number in those_that(differs, range(len(CASES)))] == []


@CLOCKS
def test_replay_gives_what_random_calls_gave(tmp_path: Path, message_time: bool) -> None:
    def differs(seed: int) -> bool:
        source = Random(seed)
        trace = random_trace(source, stamped=message_time)
        found, again = both(tmp_path / str(seed), trace, source, message_time=message_time)
        return found != again

    assert those_that(differs, range(SEED, SEED + EXAMPLES)) == [], "these are values of LIVE_SEED"


def those_that(differ: Callable[[int], bool], numbers: Sequence[int]) -> list[int]:
    """Return the numbers that differ, several tried at a time: a server mostly waits at start and end."""
    with ThreadPoolExecutor(SERVERS) as threads:
        return [
            number for number, it_does in zip(numbers, threads.map(differ, numbers), strict=True) if it_does
        ]
