"""A replay of the journal gives what the live run gave, record for record, for random models and calls.

Of what a live run tells, the journal leaves out just the repetitions (see `without_repetitions`). Two more
things may differ, and each has its test below: the order of detectors while more timers are overdue than one
slice holds, and, by the clock of messages, what an id does that is used again for another message.

LIVE_EXAMPLES=5000 compares that many, LIVE_SEED other ones.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from iotevents.service.service import TIMER_SLICE

from tests.iotevents.detectors.test_differential import TRAITS, traits
from tests.support.detectors.running import comparable
from tests.support.iotevents.calls import deleted, message, updated
from tests.support.iotevents.embedded import Embedded
from tests.support.iotevents.live_models import (
    counting,
    event,
    input_document,
    model_document,
    publish,
    set_timer,
    set_variable,
    state,
)
from tests.support.iotevents.live_runs import (
    Run,
    by_detector,
    difference,
    live_run,
    of_detectors,
    replay_of,
    replayed_run,
)
from tests.support.iotevents.traces import WALL, Call, Json, Trace, random_trace

EXAMPLES = int(os.environ.get("LIVE_EXAMPLES", "60"))
SEED = int(os.environ.get("LIVE_SEED", "1"))
CLOCKS = pytest.mark.parametrize("message_time", [False, True], ids=["wall", "message"])
T = 1_700_000_000_000


class Example(NamedTuple):
    """A random run, what `replay` makes of its journal and of all that callers sent, and what was in it."""

    live: Run
    replayed: Run
    sent: Run
    seen: Counter[str]


@CLOCKS
def test_replay_gives_what_the_live_run_gave(message_time: bool) -> None:
    for number, one in enumerate(examples(message_time)):
        found = difference(one.live, one.replayed)
        assert found is None, f"LIVE_SEED={SEED + number}"


def test_replay_of_calls_gives_what_the_live_run_gave() -> None:
    """By this machine's clock. The journal does not show what should have been accepted and was not."""
    for number, one in enumerate(examples(False)):
        found = difference(of_detectors(one.live), of_detectors(one.sent))
        assert found is None, f"LIVE_SEED={SEED + number}"


@CLOCKS
def test_examples_reach_everything(message_time: bool) -> None:
    seen = sum((one.seen for one in examples(message_time)), Counter[str]())
    wanted = {*TRAITS} - {"duplicate"} | {
        "told again",
        "refused",
        "second life",
        "stopped",
        "SERIAL",
        "BATCH",
    }
    wanted |= set() if message_time else {"looked at in time"}
    assert {trait: seen[trait] for trait in wanted if seen[trait] <= EXAMPLES // 40} == {}


@cache
def examples(message_time: bool) -> list[Example]:
    """Random examples, from SEED on."""
    return [example(Random(seed), message_time) for seed in range(SEED, SEED + EXAMPLES)]


def example(source: Random, message_time: bool) -> Example:
    trace = random_trace(source, stamped=message_time)
    kept = source.choice([0, 0, 2, 1000])
    with TemporaryDirectory() as folder:
        system = Embedded(Path(folder), trace.documents, message_time=message_time, kept=kept)
        seen = run(system, trace, source)
        until = system.store.clock
        live, replayed = ended(system)
    seen["told again"] = len(system.outcomes) - len(live.records)
    seen.update(str(one.get("evaluationMethod")) for one in trace.documents)
    records = [json.loads(text) for text in live.records]
    seen.update(trait for text in comparable(records) for trait in traits(json.loads(text)))
    seen["second life"] = len(lives(records)) - len({*lives(records)})
    return Example(live, replayed, replay_of(system.asked, system.documents, until), seen)


def lives(records: Sequence[Json]) -> list[tuple[str, str | None]]:
    """Return the detectors that came into being."""
    return [(one["model"], one["key"]) for one in records if "trigger" in one and one["from"] is None]


def run(system: Embedded, trace: Trace, source: Random) -> Counter[str]:
    """Let the calls come, timers be looked at in between, and the system be stopped now and then."""
    seen = Counter[str]()
    now = trace.calls[0].time
    for calls in _waiting_together(source, trace.calls):
        done = len(system.outcomes)
        for _ in range(source.choice([0, 0, 1, 2])):
            system.tick(source.randint(*sorted((now, calls[0].time))))
        seen["looked at in time"] += len(system.outcomes) > done
        if source.random() < 0.1:
            system.stop()
            _damage(source, system.journal)
            system.start()
            seen["stopped"] += 1
        now = calls[-1].time
        if source.random() < 0.2:
            system.catch_up(calls, now)
        seen["refused"] += sum(one is not None for one in system.answer(calls, now))
    look(system, max(now, system.store.clock) + source.choice([0, 60_000, 400_000]))
    return seen


def _waiting_together(source: Random, calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    while calls:
        count = source.choice([1, 1, 2, 3])
        yield calls[:count]
        calls = calls[count:]


def _damage(source: Random, journal: Path) -> None:
    """Damage a journal or leave it: its end is lost, or all of it."""
    written = journal.read_bytes()
    kept = source.choice([len(written), source.randint(0, len(written)), 0])
    journal.write_bytes(written[:kept])


def look(system: Embedded, now: int) -> None:
    """Let all timers fire that are due."""
    while system.tick(now):
        pass


def ended(system: Embedded) -> tuple[Run, Run]:
    """Return the result of a system that ends here, and that of `replay` on its journal.

    The replay runs on to the time of the last commit: timers fired up to then, with a call or without.
    """
    until, detectors = system.store.clock, system.detectors()
    system.stop()
    live = live_run(system.outcomes, system.journal, detectors)
    return live, replayed_run(system.journal, system.documents, until)


# while more timers are overdue than one slice holds

TICKING = model_document(
    "Ticking",
    [
        state(
            "On",
            enter=[event("start", None, set_timer("t"), set_variable("fired", "0"))],
            events=[
                event("tick", "timeout('t')", set_timer("t"), set_variable("fired", "$variable.fired + 1")),
                event("hear", "currentInput('Rooms')", publish()),
            ],
        )
    ],
)
MANY = TIMER_SLICE + 200


def overdue(folder: Path, message_time: bool) -> Embedded:
    """More detectors than a slice holds, whose first timers are due at T + 1 minute."""
    documents = [input_document("Rooms"), TICKING]
    system = Embedded(folder, documents, message_time=message_time)
    calls = [
        put(T, [(f"m{n}", f"k{n:04}") for n in range(first, first + 10)]) for first in range(0, MANY, 10)
    ]
    assert system.answer(calls, T) == [None] * MANY
    return system


def put(time: int, named: Sequence[tuple[str, str]]) -> Call:
    """Return a call with a message for each id and key, sent at this time."""
    stamp = {"timestamp": {"timeInMillis": time}}
    messages = [message(id, {"k": key}, "Rooms", **stamp) for id, key in named]
    return Call(time, "BatchPutMessage", {"messages": messages})


def test_overdue_timers_fire_before_message_with_time(tmp_path: Path) -> None:
    system = overdue(tmp_path, True)
    system.answer([put(T + 300_000, [("late", f"k{MANY // 2:04}")])], WALL)
    live, replayed = ended(system)
    assert len(live.records) == MANY * 6 + 1
    assert difference(live, replayed) is None


def test_overdue_timers_fire_in_order_without_messages(tmp_path: Path) -> None:
    system = overdue(tmp_path, False)
    look(system, T + 300_000)
    live, replayed = ended(system)
    assert len(live.records) == MANY * 6
    assert difference(live, replayed) is None


def test_message_between_slices_changes_order_only(tmp_path: Path) -> None:
    """The message does not wait for the timers of all others; each detector does the same."""
    system = overdue(tmp_path, False)
    system.answer([put(T + 300_000, [("late", f"k{MANY // 2:04}")])], T + 300_000)
    look(system, T + 300_000)
    live, replayed = ended(system)
    assert len(live.records) == MANY * 6 + 1
    assert by_detector(live.records) == by_detector(replayed.records)
    assert live.detectors == replayed.detectors


@pytest.mark.parametrize("operation", ["BatchUpdateDetector", "BatchDeleteDetector"])
def test_operation_between_slices_changes_order_only(tmp_path: Path, operation: str) -> None:
    system = overdue(tmp_path, False)
    last = f"k{MANY - 1:04}"
    entries = {
        "BatchUpdateDetector": updated("u", "Ticking", last, "On", {"fired": "100"}),
        "BatchDeleteDetector": deleted("d", "Ticking", last),
    }
    call = Call(T + 300_000, operation, {"detectors": [entries[operation]]})
    assert system.answer([call], T + 300_000) == [None]
    look(system, T + 300_000)
    live, replayed = ended(system)
    assert by_detector(live.records)[f"Ticking {last}"] == by_detector(replayed.records)[f"Ticking {last}"]


# by the clock of messages, while ids are remembered for longer


def test_reused_id_is_remembered_longer_than_in_replay(tmp_path: Path) -> None:
    """Of a message that is sent again, all detectors know the id. One that is used for another message of
    another key is known to the house alone: live for as long as a message may be sent again by this machine's
    clock, in the replay for 300 s of the messages' clock."""
    documents = [input_document("Rooms"), counting("House", key=None), counting("Room")]
    system = Embedded(tmp_path, documents, message_time=True)
    system.answer([put(T, [("a", "one")]), put(T + 300_000, [("a", "two")])], WALL)
    live, replayed = ended(system)
    told = [(one["model"], one["key"], one["time"] - T) for one in map(json.loads, live.records)]
    assert told == [("House", None, 0), ("Room", "one", 0), ("Room", "two", 300_000)]
    (more,) = [one for one in map(json.loads, replayed.records) if json.dumps(one) not in live.records]
    assert (more["model"], more["time"], more["variables"]) == ("House", T + 300_000, {"n": 2})
