import re
from typing import Any

import pytest
from forwarder.routing.message_ids import derived_id, id_from_data, part_id
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.records import FIFO, kinesis_entry, make_config, read, sqs_entry

LEGAL = re.compile(r"[a-zA-Z0-9_-]{1,64}")
UUID = "059f36b4-87a3-44ab-83d2-661975830a7d"


def ids(*entries: dict[str, Any]) -> list[str]:
    return [derived_id(record) for record in read(make_config(), *entries)]


def test_sqs_id_is_the_message_id() -> None:
    assert ids(sqs_entry(id=UUID)) == ids(sqs_entry(id=UUID, arn=FIFO)) == [UUID]


def test_illegal_sqs_id_is_hashed() -> None:
    assert ids(sqs_entry(id="a b")) == ["c8687a08aa5d6ed2044328fa6a697ab8"]


def test_kinesis_id_is_the_same_again() -> None:
    assert ids(kinesis_entry(number="7")) == ids(kinesis_entry(b"other", number="7", key="other"))


def test_kinesis_ids_differ_by_number_shard_and_stream() -> None:
    plain, shard, stream = (kinesis_entry(number="7") for _ in range(3))
    shard["eventID"] = "shardId-000000000007:7"
    stream["eventSourceARN"] += "2"
    found = [*ids(plain), *ids(shard), *ids(stream), *ids(kinesis_entry(number="8"))]
    assert len(set(found)) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in found)


def test_sub_records_differ() -> None:
    assert len(set(ids(kinesis_entry(aggregate([("a", b"{}")] * 3))))) == 3


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_given_is_none(value: Any) -> None:
    assert id_from_data(value) is None


@pytest.mark.parametrize(("value", "id"), [("a-1_B", "a-1_B"), ("x" * 64, "x" * 64), (7, "7"), (-7, "-7")])
def test_legal_text_is_the_id(value: Any, id: str) -> None:
    assert id_from_data(value) == id


@pytest.mark.parametrize("value", ["x" * 65, "a b", "a\n", "ä", 1.5, True, [1], {"a": 1}])
def test_other_values_are_hashed(value: Any) -> None:
    assert re.fullmatch("[0-9a-f]{32}", str(id_from_data(value)))


@given(st.text("aä- ") | st.integers() | st.lists(st.booleans()), st.integers(0, 10**30))
def test_any_id_is_legal_and_the_same_again(value: Any, index: int) -> None:
    id = id_from_data(value)
    assert id == id_from_data(value)
    if id is not None:
        assert LEGAL.fullmatch(part_id(id, index))


def test_part_ids_count_on() -> None:
    assert [part_id("a", index) for index in (0, 10)] == ["a-0", "a-10"]


def test_long_base_is_hashed_for_all_long_suffixes() -> None:
    base = "x" * 62
    assert part_id(base, 9) == base + "-9"
    assert re.fullmatch("[0-9a-f]{32}-10", part_id(base, 10))
