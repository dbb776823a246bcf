"""`python -m iotevents replay`: recorded messages through the detector models, on a simulated clock."""

import argparse
import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from iotevents.commands.arguments import moment, positive
from iotevents.commands.faults import Faults
from iotevents.commands.printing import print_lines
from iotevents.commands.progress import progress
from iotevents.commands.recording import open_recording
from iotevents.commands.replay_table import Table
from iotevents.definitions.documents import DocumentError, read_document
from iotevents.definitions.loading import load_definitions
from iotevents.definitions.parameters import read_parameters
from iotevents.errors import DefinitionsError, Finding, TooManyFiringsError
from iotevents.json_text import json_text
from iotevents.recordings.csv_file import Columns, read_columns, read_rows
from iotevents.recordings.messages_file import BadLine, Line, read_line
from iotevents.recordings.replay import MAX_FIRINGS, Entry, Replay, as_record
from iotevents.recordings.time_checks import check_times


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = "Run recorded messages through the detector models, on a simulated clock."
    parser.add_argument(
        "--definitions", type=Path, required=True, help="folder with the inputs and the detector models"
    )
    parser.add_argument("--parameters", type=Path, help="file with values for CloudFormation templates")
    parser.add_argument(
        "--until", type=moment, metavar="T", help="let the clock run on to this time (ISO 8601 or epoch ms)"
    )
    parser.add_argument(
        "--columns", type=Path, help="file that says what the columns of FILE are, which is CSV then"
    )
    parser.add_argument("--json", action="store_true", help="print every evaluation: one JSON object a line")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit code 1 if a message was rejected or an evaluation failed",
    )
    parser.add_argument(
        "--max-firings",
        type=positive,
        default=MAX_FIRINGS,
        metavar="N",
        help="times that a detector's timers may fire between two messages (default: %(default)s)",
    )
    parser.add_argument(
        "file", metavar="FILE", help="messages file (JSON lines) or CSV file, .gz too; - is standard input"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Replay the file; return the exit code: 0, or 1 if timers fire without end, or by --strict.

    Raise DefinitionsError, also if a file cannot be read.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    parameters = read_parameters(options.parameters) if options.parameters else None
    definitions = load_definitions(options.definitions, parameters)
    columns = _columns(options.columns) if options.columns else None
    models = definitions.models.values()
    replay = Replay(models, definitions.inputs, max_firings=options.max_firings)
    faults = Faults()
    with open_recording(options.file) as recording, progress(recording.size) as shown:
        lines = check_times(_lines(recording.texts(shown.done), columns))
        entries = faults.counted(_entries(replay, lines, options.until))
        try:
            print_lines(map(_json, entries) if options.json else Table(models).lines(entries), shown.show)
        except TooManyFiringsError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    return 1 if options.strict and faults else 0


def _entries(replay: Replay, lines: Iterable[Line], until: int | None) -> Iterator[Entry]:
    for line in lines:
        yield from replay.take(line)
    if until is not None:
        yield from replay.advance(until)


def _json(entry: Entry) -> str:
    return json_text(as_record(entry))


def _columns(file: Path) -> Columns:
    try:
        document = read_document(file)
    except DocumentError as error:
        raise DefinitionsError([Finding(str(file), "", str(error))]) from error
    columns, violations = read_columns(document)
    if columns is None:
        raise DefinitionsError([Finding(str(file), path, text) for path, text in violations])
    return columns


def _lines(texts: Iterable[str], columns: Columns | None) -> Iterator[tuple[int, Line]]:
    """Return the lines of a recording with their numbers."""
    if columns is not None:
        return read_rows(texts, columns)
    return (
        (number, _numbered(read_line(text), number))
        for number, text in enumerate(texts, 1)
        if not text.isspace()
    )


def _numbered(line: Line, number: int) -> Line:
    return line._replace(reason=f"line {number}: {line.reason}") if isinstance(line, BadLine) else line
