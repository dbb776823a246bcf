"""CSV files of telemetry."""

from typing import Any

import pytest
from iotevents.errors import DefinitionsError
from iotevents.recordings.csv_file import Columns, read_columns, read_rows
from iotevents.recordings.messages_file import BadLine, Line, MessageLine


def columns(**members: Any) -> Columns:
    found, violations = read_columns({"inputName": "In", "time": "t", "payload": {"v": "v"}, **members})
    assert violations == []
    assert found is not None
    return found


def rows(text: str, **members: Any) -> list[Line]:
    return [line for _, line in read_rows(text.splitlines(keepends=True), columns(**members))]


def payload(cell: str, spec: Any = "v") -> Any:
    (line,) = rows(f"t,v\n5,{cell}\n", payload={"v": spec})
    assert isinstance(line, MessageLine)
    return line.payload


def reason(cell: str, spec: Any = "v") -> str:
    (line,) = rows(f"t,v\n5,{cell}\n", payload={"v": spec})
    assert isinstance(line, BadLine)
    return line.reason


def test_rows_become_messages() -> None:
    text = 't,a,b,i\n2023-11-14T22:13:20Z,1,"x, ""y""",m-1\n1700000000001,2.5,,m-2\n'
    assert rows(text, messageId="i", payload={"a": "a", "deep.`b c`": "b", "c": {"value": [1]}}) == [
        MessageLine(1_700_000_000_000, "In", "m-1", {"a": 1, "deep": {"b c": 'x, "y"'}, "c": [1]}),
        MessageLine(1_700_000_000_001, "In", "m-2", {"a": 2.5, "c": [1]}),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1),
        ("-1.50", -1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("007", "007"),
        ("+1", "+1"),
        (".5", ".5"),
        (" 1", " 1"),
        ("null", "null"),
        ("NaN", "NaN"),
    ],
)
def test_cell_has_the_type_it_looks_like(cell: str, value: Any) -> None:
    found = payload(cell)["v"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [("7", "string", "7"), ("7", "number", 7), ("1", "boolean", True), ("FALSE", "boolean", False)],
)
def test_cell_has_the_type_it_is_told(cell: str, kind: str, value: Any) -> None:
    assert payload(cell, {"column": "v", "type": kind}) == {"v": value}


@pytest.mark.parametrize(
    ("cell", "spec", "words"),
    [
        ("x", {"column": "v", "type": "number"}, "line 2: 'x' is not a number"),
        ("2", {"column": "v", "type": "boolean"}, "line 2: '2' is not a Boolean"),
        ("1e999", "v", "line 2: The payload holds inf"),
        (str(2**63), "v", "beyond 64 bit"),
        ("1" * 5000, "v", "line 2: "),
        ("\udcff", "v", "not UTF-8"),
    ],
)
def test_cell_of_wrong_type(cell: str, spec: Any, words: str) -> None:
    assert words in reason(cell, spec)


def test_empty_cell_is_absent() -> None:
    assert payload("") == {}


def test_time_in_seconds() -> None:
    (line,) = rows("t,v\n1700000000.5,1\n", time={"column": "t", "unit": "s"})
    assert line.time == 1_700_000_000_500


def test_missing_time_is_told() -> None:
    (line,) = rows("t,v\n,1\n")
    assert isinstance(line, BadLine)
    assert "line 2: The time must be" in line.reason


def test_column_of_row_names_needs_no_header() -> None:
    assert rows("t,v\nr1,5,6\n", payload={"v": "v", "row": ""}) == [
        MessageLine(5, "In", None, {"v": 6, "row": "r1"})
    ]


def test_short_and_empty_rows() -> None:
    assert rows("t,v\n5\n\n6,1\n") == [MessageLine(5, "In", None, {}), MessageLine(6, "In", None, {"v": 1})]


def test_missing_column_is_an_error() -> None:
    with pytest.raises(DefinitionsError, match="nope: is no column of the file; its columns are t, v"):
        rows("t,v\n5,1\n", payload={"v": "nope"})


def test_broken_csv_is_told_and_the_rest_goes_on() -> None:
    found = rows(f"t,v\n5,{'x' * 200_000}\n6,1\n")
    assert isinstance(found[0], BadLine)
    assert found[-1] == MessageLine(6, "In", None, {"v": 1})


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        (5, [""]),
        ({}, ["inputName", "payload", "time"]),
        ({"inputName": "In", "time": 5, "payload": {"v": "v"}}, ["time"]),
        ({"inputName": "In", "time": {"column": "t", "unit": "h"}, "payload": {"v": "v"}}, ["time"]),
        ({"inputName": "In", "time": "t", "payload": {}}, ["payload"]),
        ({"inputName": "In", "time": "t", "payload": {"a b": "v"}}, ["payload.a b"]),
        ({"inputName": "In", "time": "t", "payload": {"v": {"column": "v", "type": "x"}}}, ["payload.v"]),
        ({"inputName": "In", "time": "t", "payload": {"v": "v", "v.w": "w"}}, ["payload.v.w"]),
        ({"inputName": "In", "time": "t", "payload": {"v": "v"}, "more": 1}, ["more"]),
        ({"inputName": "In", "time": "t", "payload": {"v": "v"}, "messageId": 5}, ["messageId"]),
    ],
)
def test_columns_are_refused_with_all_findings(document: Any, paths: list[str]) -> None:
    found, violations = read_columns(document)
    assert found is None
    assert sorted(path for path, _ in violations) == sorted(paths)


@pytest.mark.parametrize(
    ("unit", "cell"),
    [
        ("s", "1700000000.123"),
        ("ms", "1700000000123"),
        ("us", "1700000000123456"),
        ("ns", "1700000000123456789"),
    ],
)
def test_time_has_a_unit(unit: str, cell: str) -> None:
    (line,) = rows(f"t,v\n{cell},1\n", time={"column": "t", "unit": unit})
    assert line.time == 1_700_000_000_123


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_cells_have_a_delimiter(delimiter: str) -> None:
    (line,) = rows(f't{delimiter}v\n5{delimiter}"1,5"\n', delimiter=delimiter)
    assert isinstance(line, MessageLine)
    assert (line.time, line.payload) == (5, {"v": "1,5"})


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n", 1, None])
def test_wrong_delimiter_is_refused(delimiter: Any) -> None:
    document = {"inputName": "In", "time": "t", "payload": {"v": "v"}, "delimiter": delimiter}
    _, violations = read_columns(document)
    assert [path for path, _ in violations] == ["delimiter"]
