"""Many callers at once: no update of a detector is lost."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.support.iotevents.calls import message, put, send, state_of, update, updated
from tests.support.iotevents.live import live
from tests.support.iotevents.live_models import counting, input_document

CALLERS = 8
CALLS = 25


@pytest.mark.parametrize("count", [1, 40], ids=["one key", "many keys"])
def test_callers_lose_no_update(count: int) -> None:
    keys = [f"k{n}" for n in range(count)]
    sent = dict.fromkeys(keys, 0)
    with live([input_document("Rooms"), counting()]) as server, ThreadPoolExecutor(CALLERS) as threads:
        random, calls = Random(count), []
        for call in range(CALLERS * CALLS):
            chosen = random.choices(keys, k=4)
            for key in chosen:
                sent[key] += 1
            calls.append([message(f"{call}-{n}", {"k": key}) for n, key in enumerate(chosen)])
        answers = threads.map(lambda messages: put(server.url, *messages), calls)
        assert all(one.entries == [] for one in answers)
        counted = {key: state_of(server.url, "Counter", key)[1]["n"] for key in keys if sent[key]}
        assert counted == {key: str(times) for key, times in sent.items() if times}
        assert len({one.action.id for one in server.store.actions()}) == sum(sent.values())


def test_callers_that_repeat_each_other_count_once() -> None:
    calls = [[message(f"m{n}", {"k": "x"}) for n in range(first, first + 10)] for first in range(0, 90, 5)]
    with live([input_document("Rooms"), counting()]) as server, ThreadPoolExecutor(CALLERS) as threads:
        assert all(one.entries == [] for one in threads.map(lambda one: put(server.url, *one), calls * 4))
        assert state_of(server.url, "Counter", "x")[1] == {"n": "95"}


def test_updates_between_messages_are_not_lost() -> None:
    with live([input_document("Rooms"), counting()]) as server, ThreadPoolExecutor(CALLERS) as threads:
        put(server.url, message("first", {"k": "x"}))
        jobs = [
            threads.submit(update, server.url, updated("u", "Counter", "x", "Counting", {"n": "1000"}))
            if n == 100
            else threads.submit(put, server.url, message(f"m{n}", {"k": "x"}))
            for n in range(200)
        ]
        assert all(one.result().status == 200 for one in jobs)
        before, after = (
            [i for i, one in enumerate(server.store.entries()) if ("Update" in str(one)) is wanted]
            for wanted in (True, False)
        )
        later = sum(1 for one in after if one > before[0])
        assert state_of(server.url, "Counter", "x")[1] == {"n": str(1000 + later)}


def test_callers_read_what_was_answered() -> None:
    def write_and_read(key: str) -> None:
        for n in range(1, 11):
            assert put(server.url, message(f"{key}-{n}", {"k": key})).entries == []
            assert state_of(server.url, "Counter", key)[1] == {"n": str(n)}
            assert send(server.url, None, "GET", "/detectors/Counter").status == 200

    with live([input_document("Rooms"), counting()]) as server, ThreadPoolExecutor(CALLERS) as threads:
        list(threads.map(write_and_read, [f"k{n}" for n in range(CALLERS)]))
