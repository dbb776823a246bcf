"""kill -9 in the middle of calls: what was acknowledged is there, once, and nothing else is half there."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Thread
from time import sleep

from iotevents.stores.sqlite import read_messages

from tests.iotevents.calls import message, put
from tests.iotevents.served import Served, serving

CALL = 5
ROUNDS = 5


def call_until_it_ends(url: str, prefix: str) -> list[str]:
    """Call until the server is gone; give the ids of all calls that it acknowledged."""
    acknowledged: list[str] = []
    for number in count():
        ids = [f"{prefix}-{number}-{n}" for n in range(CALL)]
        try:
            answer = put(url, *map(message, ids))
        except (OSError, HTTPException):
            break
        assert answer.entries == []
        acknowledged += ids
    return acknowledged


def kill_later(served: Served, seconds: float) -> Thread:
    def kill() -> None:
        sleep(seconds)
        served.process.kill()

    thread = Thread(target=kill)
    thread.start()
    return thread


def test_acknowledged_messages_survive_kills(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
        with serving(tmp_path) as served, ThreadPoolExecutor(4) as threads:
            killer = kill_later(served, 0.15 + 0.07 * round_)
            prefixes = [f"{round_}-{caller}" for caller in range(4)]
            calls = [threads.submit(call_until_it_ends, served.url, prefix) for prefix in prefixes]
            acknowledged.update(one for call in calls for one in call.result())
            killer.join()
    found = [one.key.message_id for one in read_messages(tmp_path / "data.db")]
    assert len(acknowledged) > ROUNDS * CALL
    assert acknowledged <= set(found)
    assert len(found) == len(set(found))
    # Calls are stored whole or not at all.
    assert set(Counter(one.rpartition("-")[0] for one in found).values()) == {CALL}


def test_known_ids_survive_a_kill(tmp_path: Path) -> None:
    # Leaving the context kills the server.
    for _ in range(2):
        with serving(tmp_path) as served:
            assert put(served.url, message("a"), message("b")).entries == []
    assert [one.key.message_id for one in read_messages(tmp_path / "data.db")] == ["a", "b"]
