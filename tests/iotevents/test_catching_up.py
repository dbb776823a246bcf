"""The live server after a downtime: overdue timers let nobody wait."""

import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from iotevents.engine import TIMER
from iotevents.models import DetectorModel, read_model
from iotevents.recordings.records import record_of
from iotevents.recordings.replay import replay
from iotevents.runtime.outcomes import Evaluated, Outcome
from iotevents.server import backend
from iotevents.service.clock import wall_clock
from iotevents.service.service import TIMER_SLICE
from iotevents.stores.data_file import read_detectors

from tests.support.iotevents.calls import (
    INPUT,
    delete,
    deleted,
    describe,
    message,
    put,
    state_of,
    update,
    updated,
)
from tests.support.iotevents.live import Clock, T, accept, eventually, live
from tests.support.iotevents.live_models import (
    counting,
    event,
    input_document,
    model_document,
    patient,
    publish,
    set_timer,
    set_variable,
    state,
)
from tests.support.iotevents.served import serving

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CAUGHT_UP = re.compile(r"caught up with timers and actions: (\d+) slices")
STILL = re.compile(r"still catching up with timers and actions: (\d+) slices")


def groups(count: int, size: int, start: int) -> dict[int, list[str]]:
    """Keys by the times of their messages, a second apart; in the alphabet the last ones come first."""
    keys = [f"k{count - n:05}" for n in range(count)]
    return {start + n * 1000: keys[n * size : (n + 1) * size] for n in range(count // size)}


def test_calls_are_answered_while_timers_are_overdue(tmp_path: Path) -> None:
    documents, count = [input_document(INPUT), patient()], 10_000
    accept(tmp_path / "data.db", documents, INPUT, groups(count, 1000, wall_clock() - HOUR))
    # The two whose timers are due last.
    last, one_but_last = "k00001", "k00002"
    with serving(tmp_path, models=[patient()]) as served:
        assert put(served.url, message("m", {"k": one_but_last})).entries == []
        assert state_of(served.url, "Patient", last) == ("Waiting", {"heard": '"Waiting"'})
        assert "caught up" not in served.said
        # Its timer, which is due after nearly all others, fired before the message.
        assert state_of(served.url, "Patient", one_but_last) == ("Late", {"heard": '"Late"'})
        eventually(lambda: state_of(served.url, "Patient", last)[0] == "Late", 60)
        eventually(lambda: CAUGHT_UP.search(served.said) is not None, 60)
    found = read_detectors(tmp_path / "data.db", "Patient", "1", count + 1)
    assert [one.state for one in found] == ["Late"] * count


def timers_of(outcomes: Iterable[Outcome]) -> list[tuple[int, str | None]]:
    """Return the deadlines that fired, and the keys of their detectors."""
    return [(one.time, one.key) for one in outcomes if isinstance(one, Evaluated) and one.trigger is TIMER]


def test_overdue_timers_fire_in_slices_by_deadline(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, count = [input_document(INPUT), patient()], 6 * TIMER_SLICE
    accept(tmp_path / "data.db", documents, INPUT, groups(count, 100, T))
    # So that every slice is told, not only one in a while.
    monkeypatch.setattr(backend, "LOG_INTERVAL", 0.0)
    caplog.set_level(logging.INFO, "iotevents.server")
    with live(documents, tmp_path / "data.db", clock=Clock(T)) as server:
        commits = server.store.commits
        server.clock.now = T + HOUR
        assert put(server.url, message("m", {"k": "k00001"})).entries == []
        eventually(lambda: CAUGHT_UP.search(caplog.text) is not None, 60)
        # Each slice is one commit, and so are at least as many deliveries.
        assert server.store.commits - commits >= 2 * count / TIMER_SLICE
        [heard] = [n for n, one in enumerate(server.outcomes) if not timers_of([one])]
    # The message had its own detector's timer fire before it, and others, due earlier, had to wait.
    due = timers_of(server.outcomes)
    assert "k00001" in {key for _, key in due[:heard]}
    assert heard < count
    others = [one for one in due if one[1] != "k00001"]
    assert others == sorted(others)
    assert len({key for _, key in due}) == len(due) == count
    told = [int(slices) for slices in STILL.findall(caplog.text)]
    assert told == sorted(told)
    assert len(told) >= count / TIMER_SLICE - 2


LOOPING = model_document(
    "Looping",
    [
        state(
            "On",
            enter=[event("begin", None, set_variable("n", "0"), set_timer("t", 60))],
            events=[
                event("again", "timeout('t')", set_variable("n", "$variable.n + 1"), set_timer("t", 60)),
                event("day", "timeout('t') && $variable.n == 1440", publish("day")),
                event("hear", "currentInput('Loops')", set_variable("heard", "$variable.n")),
            ],
        )
    ],
)


def by_key(records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for one in records:
        found[one["key"]].append(one)
    return found


def model_of(document: dict[str, Any]) -> DetectorModel:
    model, violations = read_model(document)
    assert model is not None, violations
    return model


def lines_of(journal: Path) -> Iterator[Any]:
    return map(json.loads, journal.read_text().splitlines())


def test_loop_down_for_a_week_lets_nobody_wait(tmp_path: Path) -> None:
    documents = [input_document(INPUT), input_document("Loops"), counting(), LOOPING]
    back, keys = T + 7 * DAY + MINUTE // 2, ["l1", "l2"]
    data, journal = tmp_path / "data.db", tmp_path / "journal"
    with live(documents, data, clock=Clock(T), journal=journal) as server:
        assert put(server.url, *(message(key, {"k": key}, "Loops") for key in keys)).entries == []
        first = server.outcomes
    with live(documents, data, clock=Clock(T), journal=journal) as server:
        server.clock.now = back
        # Another detector's call, and one of a loop, which makes up for its week before its message.
        assert put(server.url, message("c", {"k": "x"})).entries == []
        assert loops_of(server.url, "l1") < 10_080
        assert put(server.url, message("b", {"k": "l2"}, "Loops")).entries == []
        assert state_of(server.url, "Looping", "l2")[1] == {"n": "10080", "heard": "10080"}
        eventually(lambda: all(loops_of(server.url, key) == 10_080 for key in keys), 60)
        [timer] = describe(server.url, "Looping", "l1").document["detector"]["state"]["timers"]
        assert timer == {"name": "t", "timestamp": (T + 7 * DAY + MINUTE) // 1000}
        lived = by_key(map(record_of, chain(first, server.outcomes)))
    models = [model_of(counting()), model_of(LOOPING)]
    replayed = by_key(replay(models, [INPUT, "Loops"], lines_of(journal), until=back))
    assert lived == replayed
    counts = {key: len(records) for key, records in lived.items()}
    assert counts == {"l1": 10_081, "l2": 10_082, "x": 1}


def test_calls_on_many_loops_let_nobody_wait(tmp_path: Path) -> None:
    documents = [input_document(INPUT), input_document("Loops"), counting(), LOOPING]
    keys, data = [f"l{n}" for n in range(5)], tmp_path / "data.db"
    accept(data, documents, "Loops", {T: keys})
    clock = Clock(T + 1)
    with live(documents, data, clock=clock) as server, ThreadPoolExecutor(1) as threads:
        clock.now = T + 7 * DAY
        looks = server.store.commits
        loops = threads.submit(put, server.url, *(message(one, {"k": one}, "Loops") for one in keys))
        eventually(lambda: server.store.commits > looks)
        assert put(server.url, message("c", {"k": "x"})).entries == []
        # The call on the loops has to wait for their week, others do not wait for it.
        assert not loops.done()
        assert loops.result().entries == []
        for key in keys:
            assert state_of(server.url, "Looping", key)[1] == {"n": "10080", "heard": "10080"}


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_overdue_timers_fire_before_an_operation(tmp_path: Path, operation: str) -> None:
    documents, key = [input_document(INPUT), patient()], "k00001"
    accept(tmp_path / "data.db", documents, INPUT, groups(3 * TIMER_SLICE, TIMER_SLICE, T))
    with live(documents, tmp_path / "data.db", clock=Clock(T)) as server:
        server.clock.now = T + HOUR
        if operation == "update":
            update(server.url, updated("u", "Patient", key, "Waiting"))
        else:
            delete(server.url, deleted("u", "Patient", key))
        mine = [one for one in server.outcomes if isinstance(one, Evaluated) and one.key == key]
        assert [(one.trigger, one.time) for one in mine] == [(TIMER, T + 2_000 + MINUTE), ("u", T + HOUR)]


def loops_of(url: str, key: str) -> int:
    return int(state_of(url, "Looping", key)[1]["n"])
