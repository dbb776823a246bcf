"""What every store must do, on a file and in memory."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iotevents.messages import Accepted, MessageKey
from iotevents.stores.sqlite import MEMORY, SqliteStore
from iotevents.stores.store import DUPLICATE_WINDOW, Store

T = 1_700_000_000_000


def key(message_id: str, input_name: str = "I") -> MessageKey:
    return MessageKey(input_name, message_id)


def accepted(*ids: str) -> list[Accepted]:
    return [Accepted(key(one), f'{{"id":"{one}"}}', {"id": one}, timestamp=T - 5) for one in ids]


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "data.db" if request.param == "file" else MEMORY)
    yield opened
    opened.close()


@pytest.fixture
def reopened(tmp_path: Path) -> Iterator[Callable[[], SqliteStore]]:
    """Opens one file again and again, the former one closed first."""
    stores: list[SqliteStore] = []

    def reopen() -> SqliteStore:
        for one in stores:
            one.close()
        stores[:] = [SqliteStore(tmp_path / "data.db")]
        return stores[0]

    yield reopen
    stores[0].close()


def ids(store: Store, after: int = 0) -> list[str]:
    return [one.key.message_id for one in store.messages(after)]


def test_store_gives_messages_back(store: Store) -> None:
    store.commit(accepted("a", "b"), T)
    first, second = store.messages()
    assert (first.sequence, first.key, first.payload, first.timestamp) == (1, key("a"), '{"id":"a"}', T - 5)
    assert (second.sequence, second.received) == (2, T)


def test_store_keeps_order_over_pages(store: Store) -> None:
    names = [f"m{n}" for n in range(2345)]
    store.commit(accepted(*names[:2000]), T)
    store.commit(accepted(*names[2000:]), T)
    assert ids(store) == names
    assert ids(store, after=2340) == names[2340:]


def test_store_knows_keys_for_the_window(store: Store) -> None:
    store.commit(accepted("a"), T)
    assert store.known([key("a"), key("b"), key("a", "J")], T) == {key("a")}
    assert store.known([key("a")], T + DUPLICATE_WINDOW - 1) == {key("a")}
    assert store.known([key("a")], T + DUPLICATE_WINDOW) == set()


def test_store_counts_the_window_anew_after_its_end(store: Store) -> None:
    store.commit(accepted("a"), T)
    later = T + DUPLICATE_WINDOW
    store.commit(accepted("a"), later)
    store.commit(accepted("b"), later + 1)
    assert store.known([key("a")], later + DUPLICATE_WINDOW - 1) == {key("a")}
    assert store.known([key("a")], later + DUPLICATE_WINDOW) == set()


def test_store_remembers_over_a_restart(reopened: Callable[[], SqliteStore]) -> None:
    reopened().commit(accepted("a"), T)
    store = reopened()
    assert (ids(store), store.clock) == (["a"], T)
    assert store.known([key("a")], T + DUPLICATE_WINDOW - 1) == {key("a")}
    assert store.known([key("a")], T + DUPLICATE_WINDOW) == set()


def test_store_forgets_old_keys(reopened: Callable[[], SqliteStore], tmp_path: Path) -> None:
    store = reopened()
    for n in range(20):
        store.commit(accepted(*(f"m{n}-{i}" for i in range(50))), T + n)
    for n in range(20):
        store.commit(accepted(f"late{n}"), T + DUPLICATE_WINDOW + 100 + n)
    with closing(sqlite3.connect(tmp_path / "data.db")) as reader:
        assert reader.execute("SELECT count(*) FROM seen").fetchone() == (20,)


@given(
    st.lists(
        st.tuples(st.integers(0, 200_000), st.lists(st.sampled_from("abcdef"), unique=True)), max_size=30
    )
)
def test_store_window_is_exact(commits: list[tuple[int, list[str]]]) -> None:
    store, now, model = SqliteStore(MEMORY), T, dict[MessageKey, int]()
    for step, names in commits:
        now += step
        keys = [key(name) for name in names]
        known = {one for one in keys if now - model.get(one, now - DUPLICATE_WINDOW) < DUPLICATE_WINDOW}
        assert store.known(keys, now) == known
        new = [one.message_id for one in keys if one not in known]
        store.commit(accepted(*new), now)
        model |= {key(one): now for one in new}
    store.close()
