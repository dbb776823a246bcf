"""Timers of the live server: they fire soon after their deadline, and as of it."""

from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from iotevents.service.clock import wall_clock

from tests.support.iotevents.calls import INPUT, describe, message, put, state_of, update, updated
from tests.support.iotevents.live import Live, T, accept, eventually, live
from tests.support.iotevents.live_models import counting, input_document, patient
from tests.support.iotevents.served import serving

DOCUMENTS = [input_document(INPUT), patient()]
MINUTE = 60_000
SOON = 1_000
"""Milliseconds from the deadline of a timer in which it should fire."""


def tell(server: Live, key: str, time: int, **more: Any) -> None:
    """Send a message of a key at a time."""
    server.clock.now = time
    assert put(server.url, message(f"{key}-{time}", {"k": key}, **more)).entries == []


def is_late(url: str, key: str) -> bool:
    return state_of(url, "Patient", key)[0] == "Late"


def last_update(url: str, key: str) -> int:
    """When a detector was evaluated last, epoch milliseconds."""
    seconds: float = describe(url, "Patient", key).document["detector"]["lastUpdateTime"]
    return round(seconds * 1000)


def test_timer_fires_at_its_deadline_and_not_before() -> None:
    with live(DOCUMENTS) as server:
        tell(server, "a", T)
        tell(server, "b", T + 1)
        server.clock.now = T + MINUTE
        eventually(partial(is_late, server.url, "a"))
        # What fired was committed together: b was looked at, and had a millisecond left.
        assert not is_late(server.url, "b")
        server.clock.now = T + MINUTE + 1
        eventually(partial(is_late, server.url, "b"))
        # No timer is left, and nothing fires twice.
        assert describe(server.url, "Patient", "a").document["detector"]["state"]["timers"] == []
        assert [one.action.detector_id.key for one in server.store.actions()] == ["a", "b"]


def test_timer_that_fires_late_has_its_deadline() -> None:
    with live(DOCUMENTS) as server:
        tell(server, "a", T)
        server.clock.now = T + 10 * MINUTE
        eventually(partial(is_late, server.url, "a"))
        assert last_update(server.url, "a") == T + MINUTE
        # The clock of the server is where it was committed.
        assert server.store.clock == T + 10 * MINUTE


def test_timer_set_anew_fires_at_its_last_deadline() -> None:
    with live(DOCUMENTS) as server:
        for key in ("a", "b"):
            tell(server, key, T)
        entry = updated("u", "Patient", "a", "Waiting", timers={"t": 90})
        assert update(server.url, entry).document == {"batchUpdateDetectorErrorEntries": []}
        server.clock.now = T + 90_000 - 1
        eventually(partial(is_late, server.url, "b"))
        assert not is_late(server.url, "a")
        server.clock.now = T + 90_000
        eventually(partial(is_late, server.url, "a"))
        assert last_update(server.url, "a") == T + 90_000


def test_timers_of_the_message_clock_wait_for_messages() -> None:
    with live([*DOCUMENTS, counting()], message_time=True) as server:
        tell(server, "a", T, timestamp={"timeInMillis": T})
        later = T + 100 * MINUTE
        # When the second action is delivered, a whole look has passed at the later time.
        for key in ("b", "c"):
            tell(server, key, later, timestamp={"timeInMillis": T + MINUTE - 1})
            eventually(lambda: all(one.done is not None for one in server.store.actions()))
        assert not is_late(server.url, "a")
        tell(server, "d", later, timestamp={"timeInMillis": T + MINUTE})
        assert (is_late(server.url, "a"), is_late(server.url, "b")) == (True, False)


def test_timers_fire_soon() -> None:
    waits = []
    with live(DOCUMENTS) as server:
        for n in range(5):
            tell(server, f"k{n}", T + n * MINUTE)
            server.clock.now += MINUTE
            waits.append(eventually(partial(is_late, server.url, f"k{n}")))
    # Not all of them: the machine itself may stand still for a moment.
    assert median(waits) * 1000 < SOON


def test_timers_fire_soon_by_the_real_clock(tmp_path: Path) -> None:
    first = wall_clock() + 2_500
    deadlines = {first + 300 * n: f"k{n}" for n in range(5)}
    accept(tmp_path / "data.db", DOCUMENTS, INPUT, {due - MINUTE: [key] for due, key in deadlines.items()})
    waits = []
    with serving(tmp_path, models=[patient()]) as served:
        listening = wall_clock()
        for due, key in deadlines.items():
            eventually(partial(is_late, served.url, key))
            seen = wall_clock()
            assert seen >= due
            waits.append(seen - max(due, listening))
            assert last_update(served.url, key) == due
    assert median(waits) < SOON
