"""Which message ids get the position of a part, as the documentation's table says."""

import json
from typing import Any

import pytest
from forwarder.records import Routed
from forwarder.routing.parts import tell_all_apart
from forwarder.routing.router import route_record

from tests.forwarder.test_docs import ID_TABLE
from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.records import kinesis_entry, make_config, read

NUMBER = "49650"


def routed(parts: list[Any], expression: str | None, *, split: bool = False) -> list[Routed]:
    """Route an aggregate of these values."""
    route = {"inputName": "telemetry"} | ({"messageIdFrom": expression} if expression else {})
    config = make_config(route | ({"split": "body"} if split else {}))
    data = aggregate([("k", json.dumps(part).encode()) for part in parts])
    records = read(config, kinesis_entry(data, number=NUMBER))
    return tell_all_apart(route_record(config, record) for record in records)


def ids(parts: list[Any], expression: str | None, *, split: bool = False) -> list[str]:
    return [message.id for part in routed(parts, expression, split=split) for message in part.messages]


SAME = [{"id": "a"}, {"id": "a"}]


@pytest.mark.parametrize("expression", ["sequenceNumber", "join('-', [partitionKey, sequenceNumber])"])
def test_shared_id_gets_the_sub_record(expression: str) -> None:
    first, second = ids(SAME, expression)
    assert (first[-2:], second[-2:]) == ("-0", "-1")
    assert first[:-2] == second[:-2]


def test_sub_record_number_in_an_id_stands_alone() -> None:
    assert ids(SAME, "join('-', [sequenceNumber, to_string(subSequenceNumber)])") == ["49650-0", "49650-1"]


def test_own_id_of_a_sub_record_has_no_number() -> None:
    assert ids([{"id": "a"}, {"id": "b"}], "body.id") == ["a", "b"]


def test_sub_records_of_one_id_and_content_are_one() -> None:
    assert ids(SAME, "body.id") == ["a", "a"]


def test_sub_records_of_one_id_get_their_number() -> None:
    assert ids([{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}], "body.id") == ["a-0", "b", "a-2"]


def test_split_sub_records_count_both() -> None:
    parts = [[{"id": "a"}, {"id": "b"}], [{"id": "c"}]]
    assert ids(parts, "sequenceNumber", split=True) == ["49650-0-0", "49650-0-1", "49650-1-0"]
    assert ids(parts, "item.id", split=True) == ["a", "b", "c"]
    assert ids(parts, "body[0].id", split=True) == ["a-0", "a-1", "c-0"]


def test_split_sub_records_of_one_id_count_both() -> None:
    parts = [[{"id": "a", "n": 1}], [{"id": "a", "n": 2}, {"id": "b"}]]
    assert ids(parts, "item.id", split=True) == ["a-0-0", "a-1-0", "b"]


def test_document_has_the_number_of_a_sub_record() -> None:
    config = make_config({"inputName": "a", "payloadFrom": "{n: subSequenceNumber}"})
    entries = [kinesis_entry(aggregate([("k", b"{}"), ("k", b"{}")]), number="7"), kinesis_entry(b"{}")]
    messages = [route_record(config, record).messages[0] for record in read(config, *entries)]
    assert [json.loads(message.payload) for message in messages] == [{"n": 0}, {"n": 1}, {"n": None}]


ROWS: dict[str, tuple[str | None, str]] = {
    "nothing": (None, ""),
    "what all parts share": ("sequenceNumber", NUMBER),
    "`envelope`": ("join('-', [sequenceNumber, to_string(subSequenceNumber)])", f"{NUMBER}-1"),
    "`body`": ("body[0].line", "r1l1"),
    "`item`": ("item.id", "r1l1i1"),
}
"""For each row of the table, by its beginning: an expression and its value for the last element."""
SUFFIXES = {"none": "", "is in the hash": "", "`-<number>`": "-1", "`-<line>`": "-1", "`-<index>`": "-1"}


def lines(sub: int) -> bytes:
    """Return two lines of two elements each."""
    documents = [
        [{"id": f"r{sub}l{line}i{index}", "line": f"r{sub}l{line}"} for index in (0, 1)] for line in (0, 1)
    ]
    return "\n".join(map(json.dumps, documents)).encode()


def test_table_of_ids_is_true() -> None:
    """The last of two elements of the last of two lines of the last of two sub-records."""
    entry = kinesis_entry(aggregate([("k", lines(0)), ("k", lines(1))]), number=NUMBER)
    for (start, (expression, value)), (reads, *cells) in zip(ROWS.items(), ID_TABLE, strict=True):
        route = {"inputName": "a", "split": "body"} | ({"messageIdFrom": expression} if expression else {})
        config = make_config(route, bodyFormat="json-lines")
        *_, last = route_record(config, read(config, entry)[1]).messages
        base = value or last.id.partition("-")[0]
        assert reads.startswith(start)
        assert last.id == base + "".join(SUFFIXES[cell] for cell in reversed(cells))
