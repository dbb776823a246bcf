from contextlib import suppress

import pytest
from forwarder.sources.kpl import MAGIC, UnreadableAggregateError, deaggregate
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import aggregate, length_delimited, seal, user_record, varint

USER_RECORDS = st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.binary()), min_size=1)
UNKNOWN = varint(15 << 3) + varint(2**63) + varint(9 << 3 | 1) + bytes(8) + varint(9 << 3 | 5) + bytes(4)
KEY = length_delimited(1, b"k")


def fault(data: bytes) -> str:
    """Return why data that begin like an aggregate are an ordinary record."""
    with pytest.raises(UnreadableAggregateError) as caught:
        deaggregate(data)
    return str(caught.value)


@given(USER_RECORDS)
def test_aggregate_round_trip(records: list[tuple[str, bytes]]) -> None:
    assert deaggregate(aggregate(records)) == records


@given(st.binary())
def test_any_sealed_bytes_raise_nothing_else(message: bytes) -> None:
    with suppress(UnreadableAggregateError):
        deaggregate(seal(message))


@given(USER_RECORDS, st.data())
def test_damaged_aggregate_is_ordinary(records: list[tuple[str, bytes]], data: st.DataObject) -> None:
    sound = aggregate(records)
    at = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :]
    if at < len(MAGIC):
        assert deaggregate(damaged) is None
    else:
        assert fault(damaged)


def test_unknown_fields_are_skipped() -> None:
    extra = UNKNOWN + length_delimited(4, b"tag")
    assert deaggregate(aggregate([("a", b"1"), ("b", b"2")], extra)) == [("a", b"1"), ("b", b"2")]


def test_explicit_hash_keys_are_skipped() -> None:
    hash_key = varint(2 << 3) + varint(0)
    assert deaggregate(seal(KEY + length_delimited(2, b"7") + user_record(0, b"x", hash_key))) == [
        ("k", b"x")
    ]


def test_key_table_may_follow_the_records() -> None:
    assert deaggregate(seal(user_record(0, b"x") + KEY)) == [("k", b"x")]


def test_key_index_out_of_range_is_ordinary() -> None:
    assert fault(seal(KEY + user_record(1, b"x"))) == "a user record has key index 1 of 1 keys"


def test_data_left_out_are_empty() -> None:
    assert deaggregate(seal(KEY + length_delimited(3, varint(1 << 3) + varint(0)))) == [("k", b"")]


def test_key_index_left_out_is_0() -> None:
    """Writers of proto3 leave out a field that is 0."""
    second = length_delimited(1, b"l") + user_record(1, b"y")
    records = [length_delimited(3, length_delimited(3, data)) for data in (b"x", b"z")]
    assert deaggregate(seal(KEY + records[0] + second + records[1])) == [
        ("k", b"x"),
        ("l", b"y"),
        ("k", b"z"),
    ]


def test_key_index_left_out_without_keys() -> None:
    record = length_delimited(3, length_delimited(3, b"x"))
    assert fault(seal(record)) == "a user record has key index 0 of 0 keys"


def test_key_that_is_not_utf8_is_ordinary() -> None:
    assert fault(seal(length_delimited(1, b"\xff") + user_record(0, b"x"))) == "a partition key is not UTF-8"


def test_truncated_field_is_ordinary() -> None:
    assert fault(seal(KEY + user_record(0, b"x")[:-1])) == "a field is damaged"


def test_group_field_is_ordinary() -> None:
    assert fault(seal(varint(9 << 3 | 3))) == "a field has an unknown type"


def test_endless_varint_is_ordinary() -> None:
    assert fault(seal(b"\x80" * 11)) == "a number has no end"


def test_field_number_zero_is_ordinary() -> None:
    assert fault(seal(KEY + user_record(0, b"x") + length_delimited(0, b""))) == "a field is damaged"


def test_aggregate_of_nothing_is_empty() -> None:
    assert deaggregate(seal(b"")) == deaggregate(seal(KEY)) == []


def test_magic_alone_is_ordinary() -> None:
    assert fault(MAGIC) == "its MD5 does not match"
