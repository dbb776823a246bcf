"""Read CSV files of recorded telemetry: columns become the members of the lines of a messages file.

The columns file is an object:

    {"inputName": "RoomTelemetry",
     "time": "date",
     "payload": {"room": {"value": "room-1"}, "climate.co2": "CO2", "id": {"column": "Id", "type": "string"}}}

`time` and `messageId` (optional) name a column each; `payload` assigns a column or a constant to each
attribute, nested ones with dots. `delimiter` is the character between cells, a comma if it is left out. A
cell is a number or Boolean if it is that in JSON, else text; `type` (`string`, `number`, `boolean`) requires
a type. An empty cell leaves its attribute out. A time is ISO 8601 or epoch milliseconds;
`{"column": "ts", "unit": "s"}` takes seconds, `us` micro- and `ns` nanoseconds.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from iotevents.errors import DefinitionsError, Finding
from iotevents.expressions import ParseError, compile_path
from iotevents.models.inputs import Violation
from iotevents.recordings.messages_file import BadLine, Line, parse_line

NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
MEMBERS: Final = {"inputName", "time", "messageId", "payload", "delimiter"}


@dataclass(frozen=True, slots=True)
class Source:
    """Source of a value: a column with the reader of its cells, or a constant (column None)."""

    column: str | None
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Mapping of the rows of a CSV file to messages; payload sources by the names on the attribute's path."""

    input: str
    time: Source
    message_id: Source | None
    payload: tuple[tuple[tuple[str, ...], Source], ...]
    delimiter: str = ","


def cell(text: str) -> Any:
    """Return the number or Boolean that a text is in JSON, else the text."""
    if NUMBER.fullmatch(text):
        return json.loads(text)
    return {"true": True, "false": False}.get(text, text)


def number_cell(text: str) -> Any:
    """Return the number that a text is in JSON. Raise ValueError."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r:.60} is not a number")
    return json.loads(text)


def boolean_cell(text: str) -> bool:
    """Return the Boolean that a text is, also 1 or 0. Raise ValueError."""
    value = {"true": True, "false": False, "1": True, "0": False}.get(text.lower())
    if value is None:
        raise ValueError(f"{text!r:.60} is not a Boolean")
    return value


def seconds_cell(text: str) -> int:
    """Convert epoch seconds to milliseconds. Raise ValueError."""
    return round(float(number_cell(text)) * 1000)


def microseconds_cell(text: str) -> int:
    """Convert epoch microseconds to milliseconds. Raise ValueError."""
    return int(number_cell(text) // 1000)


def nanoseconds_cell(text: str) -> int:
    """Convert epoch nanoseconds to milliseconds. Raise ValueError."""
    return int(number_cell(text) // 1_000_000)


CELLS: Final[Mapping[str, Callable[[str], Any]]] = {
    "string": str,
    "number": number_cell,
    "boolean": boolean_cell,
}
UNITS: Final[Mapping[str, Callable[[str], Any]]] = {
    "s": seconds_cell,
    "ms": cell,
    "us": microseconds_cell,
    "ns": nanoseconds_cell,
}


def read_columns(document: Any) -> tuple[Columns | None, list[Violation]]:
    """Read a columns file; return the columns, or None and all violations."""
    if not isinstance(document, dict):
        return None, [("", "must be an object with inputName, time and payload")]
    wrong: list[Violation] = [
        (str(name), f"is not known here; allowed: {', '.join(sorted(MEMBERS))}")
        for name in document
        if name not in MEMBERS
    ]
    name, payload = document.get("inputName"), document.get("payload")
    if not isinstance(name, str):
        wrong.append(("inputName", "must be the name of an input"))
    if not isinstance(payload, dict) or not payload:
        wrong.append(("payload", 'must be an object like {"temperature": "Temperature"}'))
        payload = {}
    delimiter = document.get("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
        wrong.append(("delimiter", 'must be one character, such as ";" or "\\t"'))
    columns = Columns(
        str(name),
        _source("time", document.get("time"), "unit", UNITS, cell, wrong),
        _optional_source(document.get("messageId"), wrong),
        tuple(_attribute(str(path), spec, wrong) for path, spec in payload.items()),
        str(delimiter),
    )
    paths = {names for names, _ in columns.payload}
    for names in sorted(paths):
        if any(names[:length] in paths for length in range(1, len(names))):
            wrong.append((f"payload.{'.'.join(names)}", "lies within another attribute"))
    return (None, wrong) if wrong else (columns, [])


def read_rows(lines: Iterable[str], columns: Columns) -> Iterator[tuple[int, Line]]:
    """Yield the messages of a CSV file with a header, with the numbers of their lines; a BadLine with the
    reason for a row that is none.

    If a row has one cell more than the header, as R and pandas write it, the first has the column name ''.
    Raise DefinitionsError if a column is missing.
    """
    rows = csv.reader(lines, delimiter=columns.delimiter)
    header = next(rows, [])
    if missing := sorted(_used(columns) - {*header, ""}):
        text = f"is no column of the file; its columns are {', '.join(header)}"
        raise DefinitionsError([Finding("", column, text) for column in missing])
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield rows.line_num, BadLine(None, columns.input, None, f"line {rows.line_num}: {error}")
            continue
        if row:
            yield rows.line_num, _line(columns, header, row, rows.line_num)


def _line(columns: Columns, header: list[str], row: list[str], number: int) -> Line:
    names = header if len(row) != len(header) + 1 else ["", *header]
    cells = dict(zip(names, row, strict=False))
    try:
        payload: dict[str, Any] = {}
        for path, source in columns.payload:
            _place(payload, path, _value(cells, source))
        document = {"time": _value(cells, columns.time), "inputName": columns.input, "payload": payload}
        if columns.message_id is not None:
            document["messageId"] = _value(cells, columns.message_id)
    except ValueError as error:
        return BadLine(None, columns.input, None, f"line {number}: {error}")
    line = parse_line(document)
    return line._replace(reason=f"line {number}: {line.reason}") if isinstance(line, BadLine) else line


def _value(cells: Mapping[str, str], source: Source) -> Any:
    text = cells.get(source.column, "") if source.column is not None else None
    return None if text == "" else source.read(text or "")


def _place(payload: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    if value is None:
        return
    *groups, name = path
    for group in groups:
        payload = payload.setdefault(group, {})
    payload[name] = value


def _used(columns: Columns) -> set[str]:
    sources = [columns.time, columns.message_id, *(source for _, source in columns.payload)]
    return {source.column for source in sources if source is not None and source.column is not None}


def _attribute(path: str, spec: Any, wrong: list[Violation]) -> tuple[tuple[str, ...], Source]:
    place = f"payload.{path}"
    try:
        names = compile_path(path).names
    except ParseError as error:
        wrong.append((place, error.reason))
        names = (path,)
    if isinstance(spec, dict) and set(spec) == {"value"}:
        return names, Source(None, lambda _: spec["value"])
    return names, _source(place, spec, "type", CELLS, cell, wrong)


def _optional_source(spec: Any, wrong: list[Violation]) -> Source | None:
    return None if spec is None else Source(_source("messageId", spec, "type", CELLS, str, wrong).column, str)


def _source(
    place: str,
    spec: Any,
    option: str,
    choices: Mapping[str, Callable[[str], Any]],
    default: Callable[[str], Any],
    wrong: list[Violation],
) -> Source:
    match spec:
        case str(column):
            return Source(column, default)
        case {"column": str(column), **rest} if rest.keys() <= {option} and (
            not rest or rest[option] in choices
        ):
            return Source(column, choices[str(rest[option])] if rest else default)
    wrong.append(
        (place, f'must be a column, or {{"column": …, "{option}": one of {", ".join(sorted(choices))}}}')
    )
    return Source(None, default)
