"""A message that comes again soon is a duplicate, however far other messages moved the clock meanwhile."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from iotevents.messages import Message, MessageKey
from iotevents.service.service import Service
from iotevents.stores.sqlite import SqliteStore

from tests.iotevents.test_explain_command import ROOM, bodies
from tests.support.iotevents.models import INPUT

T = 1_422_886_740_000
HOUR = 3_600_000
WALL = 1_800_000_000_000
WINDOW = 300_000

Put = Callable[[str, int, int], int]
"""Puts a message with this id and timestamp, by this wall clock; gives how many the store has then."""


def putting(store: SqliteStore) -> Put:
    service = Service(store, message_time=True)
    service.define(bodies(ROOM))

    def put(message_id: str, time: int, wall: int) -> int:
        text = json.dumps({"id": "k", "people": 0}).encode()
        assert service.do([Message(MessageKey(INPUT, message_id), text, time)], wall) == [None]
        return store.length

    return put


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Put]:
    with closing(SqliteStore(tmp_path / "d")) as store:
        yield putting(store)


def test_message_sent_again_soon_is_a_duplicate(put: Put) -> None:
    put("old", T - HOUR, WALL - WINDOW)
    assert put("a", T, WALL) == 2
    assert put("b", T + HOUR, WALL + 1_000) == 3
    assert put("a", T, WALL + 2_000) == 3


def test_message_sent_again_late_by_both_clocks_is_new(put: Put) -> None:
    put("old", T - HOUR, WALL - WINDOW)
    put("a", T, WALL)
    put("b", T + HOUR, WALL + 1_000)
    put("c", T + 2 * HOUR, WALL + 2_000)
    assert put("a", T, WALL + WINDOW + 3_000) == 5


def test_message_late_by_wall_clock_alone_is_duplicate(put: Put) -> None:
    put("a", T, WALL)
    put("b", T + WINDOW - 1, WALL + 2 * WINDOW)
    assert put("a", T, WALL + 3 * WINDOW) == 2


def test_message_resent_after_restart_is_duplicate(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        put = putting(store)
        put("a", T, WALL)
        put("b", T + HOUR, WALL + 1_000)
    with closing(SqliteStore(tmp_path / "d")) as store:
        assert putting(store)("a", T, WALL + 2_000) == 2


def test_ids_are_forgotten_in_the_end(put: Put, tmp_path: Path) -> None:
    for number in range(1000):
        put(str(number), T + number * HOUR, WALL + number * 2_000)
    with closing(SqliteStore(tmp_path / "other")) as other:
        put_again = putting(other)
        for number in range(1000):
            put_again(str(number), T + number * HOUR, WALL + number * 2_000)
        assert len(other._seen) < 200
