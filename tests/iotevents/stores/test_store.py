"""What every store must do, on a file and in memory."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iotevents.deduplication import DEDUP_WINDOW_MS
from iotevents.engine.detector import DetectorId
from iotevents.errors import ConflictError
from iotevents.messages import AcceptedMessage
from iotevents.stores.records import (
    ABSENT,
    AcceptedOperation,
    Changes,
    Definition,
    DetectorChange,
    StoredDetector,
)
from iotevents.stores.sqlite import MEMORY, SqliteStore
from iotevents.stores.store import Store

from tests.support.iotevents.changes import T, accepted, action, change, detector, ids, kept, key, known

Reopen = Callable[[], Store]

# messages and operations


def test_store_gives_messages_back(store: Store) -> None:
    store.commit(accepted("a", "b"), T)
    first, second = store.entries()
    assert first == (1, AcceptedMessage(T, key("a"), '{"id":"a"}', T - 5))
    assert (second.sequence, second.accepted.time, store.length) == (2, T, 2)


def test_store_gives_operations_back_among_messages(store: Store) -> None:
    operation = AcceptedOperation(T + 1, "BatchDeleteDetector", '{"detectors":[]}')
    untimed = AcceptedMessage(T, key("a"), '{"ü":"\\u0000"}')
    store.commit(Changes(accepted=[untimed, operation]), T + 1)
    assert [one.accepted for one in store.entries()] == [untimed, operation]


def test_store_keeps_order_over_pages(store: Store) -> None:
    names = [f"m{n}" for n in range(2345)]
    store.commit(accepted(*names[:2000]), T)
    for start in range(2000, 2345, 3):
        store.commit(accepted(*names[start : start + 3]), T)
    assert ids(store) == names
    assert [ids(store, after) for after in (1, 2340, 2341, 2345)] == [
        names[1:],
        names[2340:],
        names[2341:],
        [],
    ]
    assert [one.sequence for one in store.entries(2340)] == [2341, 2342, 2343, 2344, 2345]
    assert store.length == 2345


def test_store_has_no_log_at_first(store: Store) -> None:
    assert (store.length, ids(store), store.clock) == (0, [], 0)


# keys that were seen


def test_store_knows_keys_for_the_window(store: Store) -> None:
    store.commit(accepted("a"), T)
    assert known(store, ["a", "b", "J/a"], T) == {"a"}
    assert known(store, ["a"], T + DEDUP_WINDOW_MS - 1) == {"a"}
    assert known(store, ["a"], T + DEDUP_WINDOW_MS) == set()


def test_store_counts_the_window_anew_after_its_end(store: Store) -> None:
    store.commit(accepted("a"), T)
    later = T + DEDUP_WINDOW_MS
    store.commit(accepted("a"), later)
    store.commit(accepted("b"), later + 1)
    assert known(store, ["a"], later + DEDUP_WINDOW_MS - 1) == {"a"}
    assert known(store, ["a"], later + DEDUP_WINDOW_MS) == set()


def test_store_remembers_over_a_restart(reopened: Reopen) -> None:
    reopened().commit(accepted("a"), T)
    store = reopened()
    assert (ids(store), store.clock) == (["a"], T)
    assert known(store, ["a"], T + DEDUP_WINDOW_MS - 1) == {"a"}
    assert known(store, ["a"], T + DEDUP_WINDOW_MS) == set()


def test_store_forgets_old_keys(reopened: Reopen, tmp_path: Path) -> None:
    store = reopened()
    for n in range(20):
        store.commit(accepted(*(f"m{n}-{i}" for i in range(50))), T + n)
    for n in range(20):
        store.commit(accepted(f"late{n}"), T + DEDUP_WINDOW_MS + 100 + n)
    with closing(sqlite3.connect(tmp_path / "data.db")) as reader:
        assert reader.execute("SELECT count(*) FROM moment").fetchone() == (20,)


@given(
    st.lists(
        st.tuples(st.integers(0, 200_000), st.lists(st.sampled_from("abcdef"), unique=True)), max_size=30
    )
)
def test_store_window_is_exact(commits: list[tuple[int, list[str]]]) -> None:
    store, now, model = SqliteStore(MEMORY), T, dict[str, int]()
    for step, names in commits:
        now += step
        seen = {one for one in names if now - model.get(one, now - DEDUP_WINDOW_MS) < DEDUP_WINDOW_MS}
        assert known(store, names, now) == seen
        new = [one for one in names if one not in seen]
        store.commit(accepted(*new), now)
        model |= dict.fromkeys(new, now)
    store.close()


# detectors


def test_store_gives_detectors_back(store: Store) -> None:
    one = detector(
        variables={"i": 2**62, "f": 1.0, "t": 'ü"\u2028', "b": True},
        timers={"t": T + 60_000},
        periods={"t": 60_000, "u": 90_000},
        inputs={"I": {"a": [None, {"b": 0.1}]}},
        version=7,
        incarnation="3",
    )
    store.commit(Changes([change(one, incarnation=3)]), T)
    assert kept(store) == StoredDetector(1, "1", 3, one)
    assert type(kept(store).detector.variables["f"]) is float  # type: ignore[union-attr]


def test_store_gives_absent_detectors_too(store: Store) -> None:
    store.commit(Changes([change(detector())]), T)
    asked = [DetectorId("m", "k"), DetectorId("m", None), DetectorId("n", "k")]
    found = store.load(asked, (), T).detectors
    assert (set(found), found[asked[1]], found[asked[2]]) == (set(asked), ABSENT, ABSENT)


def test_store_loads_many_at_once(store: Store) -> None:
    some = [detector(f"k{n}") for n in range(517)]
    store.commit(Changes([change(one) for one in some]), T)
    asked = [DetectorId("m", one.key) for one in some] + [DetectorId("m", "no")]
    found = store.load(asked, (), T).detectors
    assert [found[one].detector for one in asked] == [*some, None]


def test_store_keeps_a_detector_without_a_key(store: Store) -> None:
    one = detector(None)
    store.commit(Changes([change(one)]), T)
    assert kept(store, None).detector == one
    assert store.detectors("m", "1", state=None, after=None, limit=5) == [one]


def test_store_keeps_detectors_over_a_restart(reopened: Reopen) -> None:
    one = detector(timers={"t": T + 5})
    reopened().commit(Changes([change(one)]), T)
    store = reopened()
    assert (kept(store), store.due(T + 5, 9)) == (StoredDetector(1, "1", 0, one), [DetectorId("m", "k")])


def test_store_remembers_lives_of_a_deleted_detector(store: Store) -> None:
    store.commit(Changes([change(detector(timers={"t": T}))]), T)
    store.commit(Changes([change(None, stored=kept(store), incarnation=1)]), T)
    assert kept(store) == StoredDetector(2, "1", 1, None)
    assert (store.due(T, 9), store.detectors("m", "1", state=None, after=None, limit=9)) == ([], [])
    store.commit(Changes([change(detector(), stored=kept(store), incarnation=1)]), T)
    assert kept(store) == StoredDetector(3, "1", 1, detector())


@pytest.mark.parametrize("changed", [detector("k", "mine"), None], ids=["changed", "deleted"])
def test_store_refuses_what_is_based_on_a_former_state(store: Store, changed: object) -> None:
    first = kept(store, "k")
    store.commit(Changes([change(detector("k", "theirs"))]), T)
    before = kept(store, "k")
    assert first == ABSENT
    stale = change(changed, stored=first)  # type: ignore[arg-type]
    everything = Changes(
        [change(detector("other")), stale], ["seen"], accepted("entry").accepted, [action("one")]
    )
    with pytest.raises(ConflictError, match="changed by somebody else"):
        store.commit(everything, T + 1)
    assert (kept(store, "k"), kept(store, "other")) == (before, ABSENT)
    assert (ids(store), known(store, ["seen"], T + 1), list(store.actions())) == ([], set(), [])
    assert store.clock == T


def test_store_refuses_change_to_absent_detector(store: Store) -> None:
    with pytest.raises(ConflictError):
        store.commit(Changes([change(detector(), stored=StoredDetector(4, "1", 0, detector()))]), T)
    assert kept(store) == ABSENT


def test_store_takes_change_made_anew_after_conflict(store: Store) -> None:
    store.commit(Changes([change(detector("k", "theirs"))]), T)
    with pytest.raises(ConflictError):
        store.commit(Changes([change(detector("k", "mine"))]), T)
    store.commit(Changes([change(detector("k", "mine"), stored=kept(store))]), T)
    assert kept(store).detector == detector("k", "mine")


# timers


def test_store_tells_what_is_due_in_order(store: Store) -> None:
    some = {"c": [T + 3], "a": [T + 2], "b": [T + 9, T + 2], "d": [], "e": [T + 10]}
    changes = [change(detector(name, timers={str(due): due for due in all})) for name, all in some.items()]
    store.commit(Changes(changes), T)
    assert [one.key for one in store.due(T + 9, 9)] == ["a", "b", "c"]
    assert [one.key for one in store.due(T + 9, 2)] == ["a", "b"]
    assert [one.key for one in store.due(T + 10, 9)] == ["a", "b", "c", "e"]
    assert store.due(T + 1, 9) == []


def test_store_follows_timers_that_change(store: Store) -> None:
    store.commit(Changes([change(detector(timers={"t": T}))]), T)
    store.commit(Changes([change(detector(timers={"t": T + 9}), stored=kept(store))]), T)
    assert (store.due(T + 8, 9), store.due(T + 9, 9)) == ([], [DetectorId("m", "k")])
    store.commit(Changes([change(detector(), stored=kept(store))]), T)
    assert store.due(T + 99, 9) == []


@given(st.data())
def test_store_is_as_a_dictionary(data: st.DataObject) -> None:
    """Whatever is changed in which commits: loaded, due and listed is what was committed last."""
    waiting = data.draw(st.integers(0, 6))
    store = SqliteStore(MEMORY, cached_detectors=data.draw(st.integers(0, 3)), unflushed_detectors=waiting)
    model: dict[str, StoredDetector] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        names = data.draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=4))
        changes = [drawn_change(data, name, model.get(name, ABSENT)) for name in names]
        store.commit(Changes(changes), T)
        for name, one in zip(names, changes, strict=True):
            model[name] = StoredDetector(
                one.before.revision + 1, one.after.model_version, 0, one.after.detector
            )
        assert_as(store, model, data.draw(st.integers(T, T + 6)))
    store.close()


def drawn_change(data: st.DataObject, name: str, stored: StoredDetector) -> DetectorChange:
    timers = data.draw(st.dictionaries(st.sampled_from("tu"), st.integers(T, T + 5)))
    one = detector(name, data.draw(st.sampled_from(["on", "off"])), timers=timers)
    there = data.draw(st.booleans())
    version = data.draw(st.sampled_from("12"))
    return change(one if there else None, detector_id=DetectorId("m", name), stored=stored, version=version)


def assert_as(store: Store, model: dict[str, StoredDetector], until: int) -> None:
    assert {name: kept(store, name) for name in model} == model
    there = {name: one.detector for name, one in sorted(model.items()) if one.detector}
    wakes = sorted((min(one.timers.values()), name) for name, one in there.items() if one.timers)
    due = [name for wake, name in wakes if wake <= until]
    assert [one.key for one in store.due(until, 9)] == due
    assert [one.key for one in store.due(until, 2)] == due[:2]
    for after, limit in ((None, 9), ("b", 2)):
        listed = [
            one
            for name, one in there.items()
            if model[name].model_version == "1" and one.state == "on" and name > (after or "")
        ]
        assert store.detectors("m", "1", state="on", after=after, limit=limit) == listed[:limit]


# pages of detectors


def test_store_lists_detectors_in_pages(store: Store) -> None:
    some = [detector(f"k{n}", "odd" if n % 2 else "even") for n in (5, 3, 1, 2, 4)]
    other = change(detector("k3"), detector_id=DetectorId("n", "k3"))
    older = change(detector("k0"), version="0")
    store.commit(Changes([*(change(one) for one in some), other, older]), T)

    def keys(state: str | None, after: str | None, limit: int) -> list[str | None]:
        return [one.key for one in store.detectors("m", "1", state=state, after=after, limit=limit)]

    assert keys(None, None, 3) == ["k1", "k2", "k3"]
    assert keys(None, "k3", 3) == ["k4", "k5"]
    assert keys("odd", None, 2) == ["k1", "k3"]
    assert keys("odd", "k1", 9) == ["k3", "k5"]
    assert (keys("no", None, 9), keys(None, "k5", 9)) == ([], [])


# definitions


def test_store_gives_the_newest_definitions(store: Store) -> None:
    assert store.definitions() == []
    first = [Definition("input", "a", 1, "{}", "x"), Definition("model", "a", 1, "{}", "y")]
    store.define(first)
    assert sorted(store.definitions()) == first
    store.define([Definition("model", "a", 2, '{"n":1}', "z")])
    assert sorted(store.definitions()) == [first[0], Definition("model", "a", 2, '{"n":1}', "z")]


def test_store_counts_versions_as_numbers(reopened: Reopen) -> None:
    store = reopened()
    for version in range(1, 12):
        store.define([Definition("model", "a", version, str(version), str(version))])
    assert reopened().definitions() == [Definition("model", "a", 11, "11", "11")]


# the outbox


def test_store_keeps_an_action_once(store: Store) -> None:
    store.commit(Changes(actions=[action("a"), action("b")]), T)
    store.commit(Changes(actions=[action("b", time=T + 1), action("c", time=T + 1)]), T + 1)
    assert [(one.sequence, one.action.id, one.action.time) for one in store.actions()] == [
        (1, "a", T),
        (2, "b", T),
        (3, "c", T + 1),
    ]
    assert [one.action for one in store.actions(2)] == [action("c", time=T + 1)]


def test_store_gives_what_is_to_be_delivered(store: Store) -> None:
    some = [action("a"), action("dead", failure="why"), action("inside", internal=True), action("b")]
    store.commit(Changes(actions=some), T)
    assert [one.action.id for one in store.undelivered(9)] == ["a", "b"]
    assert [one.action.id for one in store.undelivered(1)] == ["a"]
    store.delivered(store.undelivered(1), T + 7)
    assert [one.action.id for one in store.undelivered(9)] == ["b"]
    assert [(one.action.id, one.done) for one in store.actions()] == [
        ("a", T + 7),
        ("dead", T),
        ("inside", T),
        ("b", None),
    ]
    assert [one.action.failure for one in store.actions()] == [None, "why", None, None]


def test_store_repeats_no_action_that_was_delivered(reopened: Reopen) -> None:
    store = reopened()
    store.commit(Changes(actions=[action("a")]), T)
    store.delivered(store.undelivered(9), T)
    reopened().commit(Changes(actions=[action("a")]), T + 1)
    store = reopened()
    assert (store.undelivered(9), len(list(store.actions()))) == ([], 1)


def test_store_gives_many_actions_in_order(store: Store) -> None:
    names = [f"{n:04}" for n in range(2100)]
    store.commit(Changes(actions=[action(one) for one in names]), T)
    assert [one.action.id for one in store.actions()] == names
    assert [one.action.id for one in store.undelivered(2000)] == names[:2000]


# the clock


def test_store_clock_is_that_of_the_last_commit(reopened: Reopen) -> None:
    store = reopened()
    store.commit(Changes(), T)
    store.commit(accepted("a"), T + 5)
    assert (store.clock, reopened().clock) == (T + 5, T + 5)
