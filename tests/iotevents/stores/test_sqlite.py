"""What can go wrong with a data file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from iotevents.engine.detector import DetectorId
from iotevents.errors import StoreBusyError, StoreCorruptError, StoreError, StoreFullError
from iotevents.stores import json_rows
from iotevents.stores.data_file import read_detector, read_detectors, read_messages
from iotevents.stores.records import ABSENT, Changes, Definition
from iotevents.stores.sqlite import SqliteStore

from tests.support.iotevents.changes import T, accepted, action, change, detector, ids, kept, key, known


def test_file_has_one_owner(tmp_path: Path) -> None:
    with (
        closing(SqliteStore(tmp_path / "d")),
        pytest.raises(StoreBusyError, match=r"in use by another server"),
    ):
        SqliteStore(tmp_path / "d")
    SqliteStore(tmp_path / "d").close()


def test_file_is_read_while_it_has_an_owner(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(accepted("a"), T)
        assert [one.key for one in read_messages(tmp_path / "d")] == [key("a")]


def test_file_that_is_held_is_busy(tmp_path: Path) -> None:
    with (
        closing(SqliteStore(tmp_path / "d", busy_timeout=0)) as store,
        closing(sqlite3.connect(tmp_path / "d", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="held by another"):
            store.commit(accepted("a"), T)
        other.execute("ROLLBACK")
        assert (ids(store), known(store, ["a"], T), store.clock) == ([], set(), 0)
        store.commit(accepted("a"), T)
        assert ids(store) == ["a"]


def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(accepted("a"), T)
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        # SQLite's own way to say that the disk ends here.
        store._connection.execute(f"PRAGMA max_page_count = {pages + 10}")
        with pytest.raises(StoreFullError, match="no space left"):
            store.commit(accepted(*(f"b{n}" for n in range(5000))), T + 1)
        assert (ids(store), known(store, ["b0"], T), store.clock) == (["a"], set(), T)
        store.commit(accepted("c"), T + 2)
        assert ids(store) == ["a", "c"]


def everything(*ids: str) -> Changes:
    """Messages, a detector with a timer, and an action: a commit that touches every table."""
    return Changes(
        [change(detector(timers={"t": T}))], ids, accepted(*ids).accepted, [action(one) for one in ids]
    )


def assert_untouched(store: SqliteStore) -> None:
    """Nothing of `everything` is there, in the file or in what the store remembers of it."""
    assert (ids(store), known(store, ["b0"], T), list(store.actions())) == ([], set(), [])
    assert (kept(store), store.due(T, 9), store.clock, store.length) == (ABSENT, [], 0, 0)


def test_full_disk_keeps_nothing_of_a_whole_commit(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + 10}")
        with pytest.raises(StoreFullError, match="no space left"):
            store.commit(everything(*(f"b{n}" for n in range(5000))), T)
        assert_untouched(store)
        store.commit(everything("b0"), T)
        assert (ids(store), kept(store).revision) == (["b0"], 1)


def test_held_file_keeps_nothing_of_a_whole_commit(tmp_path: Path) -> None:
    with (
        closing(SqliteStore(tmp_path / "d", busy_timeout=0)) as store,
        closing(sqlite3.connect(tmp_path / "d", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="held by another"):
            store.commit(everything("b0"), T)
        with pytest.raises(StoreBusyError, match="held by another"):
            store.define([Definition("input", "I", 1, "{}", "")])
        assert_untouched(store)
        other.execute("ROLLBACK")
        assert store.definitions() == []
        store.commit(everything("b0"), T)
        with_lock = store.undelivered(9)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="held by another"):
            store.delivered(with_lock, T)
        other.execute("ROLLBACK")
        assert store.undelivered(9) == with_lock


@pytest.mark.parametrize("waiting", [0, 2, 2000], ids=["rows", "both", "waiting"])
def test_detectors_are_read_while_file_has_owner(tmp_path: Path, waiting: int) -> None:
    with closing(SqliteStore(tmp_path / "d", unflushed_detectors=waiting)) as store:
        for name in ("b", "a", "c", "b"):
            store.commit(Changes([change(detector(name), stored=kept(store, name))]), T)
        assert [one.key for one in read_detectors(tmp_path / "d", "m", "1", 9)] == ["a", "b", "c"]
        assert [read_detector(tmp_path / "d", DetectorId("m", one)).revision for one in "abcd"] == [
            1,
            2,
            1,
            0,
        ]


def test_reading_detectors_looks_at_no_others(tmp_path: Path) -> None:
    plans: list[str] = []
    with closing(SqliteStore(tmp_path / "d", cached_detectors=0, unflushed_detectors=0)) as store:
        store._connection.set_trace_callback(plans.append)
        store.load([DetectorId("m", f"k{n}") for n in range(150)] + [DetectorId("n", None)], (), T)
        store._connection.set_trace_callback(None)
        assert len(plans) == 3
        for sql in plans:
            ((*_, plan),) = store._connection.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert plan == "SEARCH detector USING PRIMARY KEY (model=? AND key=?)"


def test_changes_of_few_detectors_do_not_pile_up(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d", unflushed_detectors=10)) as store:
        for _ in range(200):
            store.commit(Changes([change(detector(), stored=kept(store))]), T)
        assert kept(store).revision == 200
    with closing(sqlite3.connect(tmp_path / "d")) as reader:
        assert reader.execute("SELECT count(*) FROM recent").fetchone()[0] <= 50


def test_full_disk_while_flushing_keeps_nothing(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d", unflushed_detectors=300)) as store:
        some = [detector(f"k{n}", inputs={"I": {"a": "x" * 900}}) for n in range(400)]
        store.commit(Changes([change(one) for one in some[:200]]), T)
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(StoreFullError, match="no space left"):
            store.commit(Changes([change(one) for one in some[200:]]), T)
        assert (kept(store, "k199").revision, kept(store, "k200")) == (1, ABSENT)
        store._connection.execute("PRAGMA max_page_count = 100000")
        store.commit(Changes([change(one) for one in some[200:]]), T)
    with closing(SqliteStore(tmp_path / "d")) as store:
        assert [kept(store, f"k{n}").detector for n in range(400)] == some


@pytest.mark.parametrize(
    "content", [b"this is no database, but some text " * 200, b"SQLite format 3\0" + b"\xff" * 8000]
)
def test_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d").write_bytes(content)
    with pytest.raises(StoreCorruptError, match="data file"):
        SqliteStore(tmp_path / "d")
    assert (tmp_path / "d").read_bytes() == content


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "d")) as other:
        other.execute("CREATE TABLE message (text)")
    with pytest.raises(StoreCorruptError, match="another program"):
        SqliteStore(tmp_path / "d")


def test_newer_tables_are_refused(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "d").close()
    with closing(sqlite3.connect(tmp_path / "d")) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="version 99"):
        SqliteStore(tmp_path / "d")


def test_damaged_page_is_told(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(accepted(*(f"m{n}" for n in range(5000))), T)
    content = bytearray((tmp_path / "d").read_bytes())
    content[8192 : len(content) // 2] = b"\x55" * (len(content) // 2 - 8192)
    (tmp_path / "d").write_bytes(content)
    with pytest.raises(StoreCorruptError, match="is damaged"):
        list(read_messages(tmp_path / "d"))


@pytest.mark.parametrize("damage", ["recent SET detectors", "detector SET body"])
def test_damaged_detector_is_told(tmp_path: Path, damage: str) -> None:
    with closing(SqliteStore(tmp_path / "d", unflushed_detectors=1)) as store:
        store.commit(Changes([change(detector("k")), change(detector("l"))]), T)
        store.commit(Changes([change(detector("m"))]), T)
    with closing(sqlite3.connect(tmp_path / "d")) as other, other:
        other.execute(f"UPDATE {damage} = 'half'")
    with (
        pytest.raises(StoreCorruptError, match="is damaged; restore it"),
        closing(SqliteStore(tmp_path / "d")) as store,
    ):
        kept(store, "k")


def test_what_is_too_long_for_a_row_fills_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "LARGEST", 200)
    messages = accepted("a", "b", "c", "x" * 300, "d").accepted
    detectors = [change(detector("k")), change(detector("l")), change(detector("m"))]
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(Changes(detectors, accepted=messages), T)
    with closing(sqlite3.connect(tmp_path / "d")) as other:
        assert other.execute("SELECT count(*) FROM log").fetchone()[0] > 1
        assert other.execute("SELECT count(*) FROM recent").fetchone()[0] > 1
    with closing(SqliteStore(tmp_path / "d")) as store:
        assert [(one.sequence, one.accepted) for one in store.entries()] == list(enumerate(messages, 1))
        assert [kept(store, name).detector for name in "klm"] == [detector(name) for name in "klm"]
        assert ids(store, after=3) == ["x" * 300, "d"]


def test_damaged_log_is_told(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "d")) as store:
        store.commit(accepted("a", "b"), T)
    with closing(sqlite3.connect(tmp_path / "d")) as other, other:
        other.execute("UPDATE log SET entries = 'half'")
    with pytest.raises(StoreCorruptError, match="is damaged; restore it"):
        list(read_messages(tmp_path / "d"))


def test_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened: No such file or directory"):
        SqliteStore(tmp_path / "nowhere" / "d")


def test_missing_file_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no data file"):
        list(read_messages(tmp_path / "d"))
    assert list(tmp_path.iterdir()) == []
