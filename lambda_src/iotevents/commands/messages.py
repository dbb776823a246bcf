"""`python -m iotevents messages`: the accepted messages of a data file, also while its server runs."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from iotevents.commands.printing import print_lines
from iotevents.messages import AcceptedMessage
from iotevents.service.journal import line_of
from iotevents.stores.data_file import read_entries, read_messages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = "Print the messages that a data file keeps, in the order of their acceptance."
    parser.add_argument("--data", required=True, help="the data file of the server")
    parser.add_argument("--json", action="store_true", help="print a messages file: one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the messages of a data file; return exit code 0."""
    if options.json:
        print_lines(line_of(entry.accepted) for entry in read_entries(options.data))
    else:
        print_lines(_table(read_messages(options.data)))
    return 0


def _table(messages: Iterator[AcceptedMessage]) -> Iterator[str]:
    yield _row("received", "input", "message id", "payload")
    for message in messages:
        accepted = datetime.fromtimestamp(message.time / 1000, UTC).isoformat(timespec="milliseconds")
        yield _row(
            accepted, message.key.input_name, message.key.message_id, " ".join(message.payload.split())
        )


def _row(accepted: str, input_name: str, message_id: str, payload: str) -> str:
    return f"{accepted:<29}  {input_name:<20}  {message_id:<36}  {payload}"
