"""`python -m iotevents messages`: what a data file keeps, also while its server runs."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from iotevents.commands.arguments import Subparsers
from iotevents.commands.printing import print_lines
from iotevents.messages import StoredMessage
from iotevents.stores.sqlite import read_messages


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command."""
    text = "Print the messages that a data file keeps, in the order of their acceptance."
    parser = subparsers.add_parser("messages", help="print the accepted messages", description=text)
    parser.add_argument("--data", required=True, help="the data file of the server")
    parser.add_argument("--json", action="store_true", help="print a messages file: one JSON object a line")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the messages."""
    messages = read_messages(options.data)
    print_lines(map(_json, messages) if options.json else _table(messages))
    return 0


def _json(message: StoredMessage) -> str:
    """A line of a messages file; `time` is the time of acceptance."""
    line = {
        "time": message.received,
        "inputName": message.key.input_name,
        "messageId": message.key.message_id,
        "payload": json.loads(message.payload),
    }
    if message.timestamp is not None:
        line["timestamp"] = message.timestamp
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _table(messages: Iterator[StoredMessage]) -> Iterator[str]:
    yield _row("received", "input", "message id", "payload")
    for one in messages:
        received = datetime.fromtimestamp(one.received / 1000, UTC).isoformat(timespec="milliseconds")
        yield _row(received, one.key.input_name, one.key.message_id, " ".join(one.payload.split()))


def _row(received: str, input_name: str, message_id: str, payload: str) -> str:
    return f"{received:<29}  {input_name:<20}  {message_id:<36}  {payload}"
