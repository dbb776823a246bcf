from forwarder.sources.kpl import MAGIC, deaggregate
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import aggregate, length_delimited, seal, user_record, varint

USER_RECORDS = st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.binary()), min_size=1)
UNKNOWN = varint(15 << 3) + varint(2**63) + varint(9 << 3 | 1) + bytes(8) + varint(9 << 3 | 5) + bytes(4)
KEY = length_delimited(1, b"k")


@given(USER_RECORDS)
def test_aggregate_round_trip(records: list[tuple[str, bytes]]) -> None:
    assert deaggregate(aggregate(records)) == records


@given(st.binary())
def test_any_sealed_bytes_never_raise(message: bytes) -> None:
    records = deaggregate(seal(message))
    assert records is None or records


@given(USER_RECORDS, st.data())
def test_damaged_aggregate_is_ordinary(records: list[tuple[str, bytes]], data: st.DataObject) -> None:
    sound = aggregate(records)
    at = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :]
    assert deaggregate(damaged) is None


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
    assert deaggregate(seal(KEY + user_record(1, b"x"))) is None


def test_record_without_data_is_ordinary() -> None:
    assert deaggregate(seal(KEY + length_delimited(3, varint(1 << 3) + varint(0)))) is None


def test_record_without_key_is_ordinary() -> None:
    assert deaggregate(seal(KEY + length_delimited(3, length_delimited(3, b"x")))) is None


def test_key_that_is_not_utf8_is_ordinary() -> None:
    assert deaggregate(seal(length_delimited(1, b"\xff") + user_record(0, b"x"))) is None


def test_truncated_field_is_ordinary() -> None:
    assert deaggregate(seal(KEY + user_record(0, b"x")[:-1])) is None


def test_group_field_is_ordinary() -> None:
    assert deaggregate(seal(varint(9 << 3 | 3))) is None


def test_endless_varint_is_ordinary() -> None:
    assert deaggregate(seal(b"\x80" * 11)) is None


def test_field_number_zero_is_ordinary() -> None:
    assert deaggregate(seal(KEY + user_record(0, b"x") + length_delimited(0, b""))) is None


def test_aggregate_of_nothing_is_ordinary() -> None:
    assert deaggregate(seal(b"")) is None


def test_magic_alone_is_ordinary() -> None:
    assert deaggregate(MAGIC) is None
