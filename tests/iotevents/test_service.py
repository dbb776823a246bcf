"""What becomes of messages, at times that the tests choose."""

from collections.abc import Iterator
from typing import Any

import pytest
from iotevents.errors import StoreError
from iotevents.messages import Message, MessageKey
from iotevents.runtime.outcomes import Refusal
from iotevents.service.service import Service
from iotevents.stores.sqlite import MEMORY, SqliteStore

from tests.support.iotevents.live_models import body_of_input

T = 1_700_000_000_000
DAY = 86_400_000
WINDOW = 300_000


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(MEMORY)
    yield opened
    opened.close()


@pytest.fixture
def service(store: SqliteStore) -> Service:
    return make(store)


def make(store: SqliteStore, **options: Any) -> Service:
    """Return a service that knows the inputs I and J, and no models."""
    service = Service(store, **options)
    service.define([body_of_input("I"), body_of_input("J")])
    return service


def message(message_id: str, payload: bytes = b"{}", input_name: str = "I") -> Message:
    return Message(MessageKey(input_name, message_id), payload)


def received(store: SqliteStore) -> list[tuple[str, int]]:
    return [(one.key.message_id, one.time) for one in store.messages()]


def test_service_refuses_single_messages(service: Service, store: SqliteStore) -> None:
    refusals = service.do(
        [
            message("a"),
            message("b", input_name="K"),
            message("c", b"["),
            message("d", b"x", "K"),
            message("e"),
        ],
        T,
    )
    assert refusals[0] is refusals[4] is None
    assert refusals[1] == refusals[3] == Refusal("ResourceNotFoundException", "Input of name: K not found")
    assert isinstance(refusals[2], Refusal)
    assert refusals[2].code == "InvalidRequestException"
    assert received(store) == [("a", T), ("e", T)]


def test_service_takes_a_repeated_message_once(service: Service, store: SqliteStore) -> None:
    assert service.do([message("a", b'{"n":1}'), message("a", b'{"n":2}')], T) == [None, None]
    assert service.do([message("a", b'{"n":3}')], T + WINDOW - 1) == [None]
    assert [one.payload for one in store.messages()] == ['{"n":1}']


def test_service_takes_message_again_after_window(service: Service, store: SqliteStore) -> None:
    for now in (T, T + WINDOW - 1, T + WINDOW, T + 2 * WINDOW - 1, T + 2 * WINDOW):
        service.do([message("a")], now)
    assert received(store) == [("a", T), ("a", T + WINDOW), ("a", T + 2 * WINDOW)]


def test_service_tells_inputs_apart(service: Service, store: SqliteStore) -> None:
    service.do([message("a"), message("a", input_name="J")], T)
    assert [one.key.input_name for one in store.messages()] == ["I", "J"]


def test_service_does_not_remember_refused_messages(service: Service, store: SqliteStore) -> None:
    service.do([message("a", b"[]")], T)
    assert service.do([message("a")], T + 1) == [None]
    assert received(store) == [("a", T + 1)]


def test_service_commits_only_what_is_new(service: Service, store: SqliteStore) -> None:
    service.do([message("a")], T)
    commits = store.commits
    service.do([message("a"), message("b", b"")], T)
    assert store.commits == commits


def test_service_clock_never_runs_back(service: Service, store: SqliteStore) -> None:
    service.do([message("a")], T)
    service.do([message("b")], T - 1000)
    assert received(store) == [("a", T), ("b", T)]


def test_service_takes_nothing_if_the_store_fails(service: Service, store: SqliteStore) -> None:
    service.do([message("a")], T)
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be written"):
        service.do([message("b")], T + 1)
    store._connection.execute("PRAGMA query_only = OFF")
    assert service.do([message("b")], T + 2) == [None]
    assert received(store) == [("a", T), ("b", T + 2)]


def test_service_has_an_adjustable_limit(store: SqliteStore) -> None:
    service = make(store, max_payload_bytes=2)
    assert service.do([message("a"), message("b", b"{ }")], T) == [
        None,
        Refusal("InvalidRequestException", "The payload has 3 bytes; 2 are allowed"),
    ]


def test_message_clock_begins_at_wall_clock(store: SqliteStore) -> None:
    service = Service(store, message_time=True)
    service.define([body_of_input("I")])
    service.do([message("a")], T)
    service.do([Message(MessageKey("I", "b"), b"{}", T + 5)], T)
    assert received(store) == [("a", T), ("b", T + 5)]


@pytest.mark.parametrize("beyond", [T + DAY + 1, T + 3000 * DAY, 2**63 - 1])
def test_message_clock_ignores_time_far_ahead(
    store: SqliteStore, beyond: int, caplog: pytest.LogCaptureFixture
) -> None:
    service = make(store, message_time=True)
    for message_id, timestamp in (("a", T - 5), ("b", beyond), ("c", T + 1), ("d", beyond), ("e", T + DAY)):
        assert service.do([Message(MessageKey("I", message_id), b"{}", timestamp)], T) == [None]
    assert received(store) == [("a", T - 5), ("b", T - 5), ("c", T + 1), ("d", T + 1), ("e", T + DAY)]
    (told,) = caplog.messages
    assert f"the message b of I has the timestamp {beyond}" in told
