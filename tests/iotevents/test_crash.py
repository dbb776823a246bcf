"""kill -9 in the middle of calls: what was acknowledged is there, once, and nothing else is half there."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from itertools import count, pairwise
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

from iotevents.engine.detector import DetectorId
from iotevents.stores.data_file import read_actions, read_messages
from iotevents.stores.records import Changes, DetectorChange, StoredAction, StoredDetector, change_detector
from iotevents.stores.sqlite import SqliteStore

from tests.support.iotevents.calls import describe, message, put, state_of
from tests.support.iotevents.live import eventually
from tests.support.iotevents.live_models import (
    counting,
    event,
    model_document,
    publish,
    set_timer,
    set_variable,
    state,
)
from tests.support.iotevents.served import Served, serving

CALL = 5
ROUNDS = 20
CALLERS = 4
KEYS = [f"key{n}" for n in range(7)]

START = event("start", None, set_variable("fired", "0"), set_timer("t", 60))
FIRE = event(
    "fire", "timeout('t')", set_variable("fired", "$variable.fired + 1"), publish("timer"), set_timer("t", 60)
)
HEAR = event("hear", "currentInput('Rooms')", set_variable("heard", "1"))
TICKING = model_document("Ticking", [state("On", enter=[START], events=[HEAR, FIRE])], "k")


def call_until_it_ends(url: str, prefix: str) -> dict[str, str]:
    """Call until the server is gone; give the ids of all calls that it acknowledged, and their keys."""
    acknowledged: dict[str, str] = {}
    random = Random(prefix)
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=10)) as connection:
        for number in count():
            sent = {f"{prefix}-{number}-{n}": random.choice(KEYS) for n in range(CALL)}
            call = {"messages": [message(one, {"k": key}) for one, key in sent.items()]}
            try:
                connection.request("POST", "/inputs/messages", json.dumps(call))
                answer = connection.getresponse().read()
            except (OSError, HTTPException):
                return acknowledged
            assert answer == b'{"BatchPutMessageErrorEntries":[]}'
            acknowledged |= sent
    raise AssertionError("it never ends")


def kill_later(served: Served, seconds: float) -> Thread:
    def kill() -> None:
        sleep(seconds)
        served.process.kill()

    thread = Thread(target=kill)
    thread.start()
    return thread


def one_round(folder: Path, number: int, seconds: float) -> dict[str, str]:
    """Serve under load, and kill; what was acknowledged until then."""
    models = [counting(), TICKING]
    with serving(folder, models=models) as served, ThreadPoolExecutor(CALLERS) as threads:
        killer = kill_later(served, seconds)
        calls = [
            threads.submit(call_until_it_ends, served.url, f"{number}-{caller}") for caller in range(CALLERS)
        ]
        killer.join()
        return {id: key for call in calls for id, key in call.result().items()}


def actions_of(folder: Path, model: str) -> list[StoredAction]:
    return [one for one in read_actions(folder / "data.db") if one.action.detector_id.model == model]


def test_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    random, acknowledged = Random(6), dict[str, str]()
    for number in range(ROUNDS):
        acknowledged |= one_round(tmp_path, number, random.uniform(0.02, 0.5))
        # What is on its way to a caller when the kill comes may be there; nothing may be missing.
        found = Counter(one.key.message_id for one in read_messages(tmp_path / "data.db"))
        assert acknowledged.keys() <= found.keys()
        assert set(found.values()) == {1}
    assert len(acknowledged) > ROUNDS * CALL
    messages = list(read_messages(tmp_path / "data.db"))
    # Calls are stored whole or not at all.
    assert set(Counter(one.key.message_id.rpartition("-")[0] for one in messages).values()) == {CALL}

    # Every message is counted once in the state of its detector, and made one action.
    sent = Counter(str(json.loads(one.payload)["k"]) for one in messages)
    counters = actions_of(tmp_path, "Counter")
    assert Counter(one.action.detector_id.key for one in counters) == sent
    assert len({one.action.id for one in counters}) == len(counters) == len(messages)
    payloads = [json.loads(one.action.payload or "") for one in counters]
    told = [
        (one["payload"]["detector"]["keyValue"], one["payload"]["eventTriggerDetails"]["messageId"])
        for one in payloads
    ]
    expected = [(json.loads(one.payload)["k"], one.key.message_id) for one in messages]
    assert sorted(told) == sorted(expected)

    with serving(tmp_path, models=[counting(), TICKING]) as served:
        for key, times in sent.items():
            assert state_of(served.url, "Counter", key) == ("Counting", {"n": str(times)})
            timers = describe(served.url, "Ticking", key).document["detector"]["state"]["timers"]
            assert [one["name"] for one in timers] == ["t"]
        # What was committed and not yet delivered leaves the outbox after the restart.
        eventually(lambda: all(one.done is not None for one in read_actions(tmp_path / "data.db")))


def make_due(folder: Path, milliseconds: int) -> None:
    """Let every timer of the data file be due so much earlier."""
    with closing(SqliteStore(folder / "data.db")) as store:
        detectors = store.detectors("Ticking", "1", state=None, after=None, limit=10_000)
        stored = store.load([DetectorId("Ticking", one.key) for one in detectors], (), store.clock).detectors
        store.commit(
            Changes([earlier(found, one, milliseconds) for found, one in stored.items()]), store.clock
        )


def earlier(found: DetectorId, stored: StoredDetector, milliseconds: int) -> DetectorChange:
    assert stored.detector
    timers = {name: due - milliseconds for name, due in stored.detector.timers.items()}
    return change_detector(
        found,
        stored,
        model_version=stored.model_version,
        incarnation=stored.incarnation,
        detector=stored.detector._replace(timers=timers),
    )


def test_timers_fire_once_through_kills(tmp_path: Path) -> None:
    keys, rounds, random = [f"k{n}" for n in range(300)], 5, Random(7)
    with serving(tmp_path, models=[TICKING]) as served:
        for first in range(0, len(keys), 10):
            some = keys[first : first + 10]
            assert put(served.url, *(message(f"m-{one}", {"k": one}) for one in some)).entries == []
    # As if the server had been down for ten minutes: each timer has ten firings to make up for.
    make_due(tmp_path, 600_000)
    for _ in range(rounds):
        with serving(tmp_path, models=[TICKING]) as served:
            sleep(random.uniform(0.0, 0.3))
            served.process.kill()
    with serving(tmp_path, models=[TICKING]) as served:
        eventually(lambda: len(actions_of(tmp_path, "Ticking")) >= 10 * len(keys), 30)
        for key in keys[::50]:
            assert state_of(served.url, "Ticking", key) == ("On", {"fired": "10", "heard": "1"})
    fired = actions_of(tmp_path, "Ticking")
    assert Counter(one.action.detector_id.key for one in fired) == dict.fromkeys(keys, 10)
    assert len({one.action.id for one in fired}) == len(fired)
    # As of its own deadlines, one minute after the other.
    times = [one.action.time for one in fired if one.action.detector_id.key == keys[0]]
    assert {later - earlier for earlier, later in pairwise(times)} == {60_000}


def test_known_ids_survive_a_kill(tmp_path: Path) -> None:
    # Leaving the context kills the server.
    for _ in range(2):
        with serving(tmp_path) as served:
            assert put(served.url, message("a"), message("b")).entries == []
    assert [one.key.message_id for one in read_messages(tmp_path / "data.db")] == ["a", "b"]
