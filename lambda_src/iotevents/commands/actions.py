"""`python -m iotevents actions list`: what detectors asked for, also while the server runs."""

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from iotevents.commands.printing import print_lines
from iotevents.json_text import json_text
from iotevents.stores.data_file import read_actions
from iotevents.stores.records import StoredAction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = __doc__
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    text = "Print the actions that a data file keeps, in the order in which they were asked for."
    lister = commands.add_parser("list", help="print the actions", description=text)
    lister.add_argument("--data", required=True, help="the data file of the server")
    lister.add_argument("--json", action="store_true", help="print one JSON object a line")
    lister.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the actions of a data file; return exit code 0."""
    actions = read_actions(options.data)
    print_lines(map(_json, actions) if options.json else _table(actions))
    return 0


def _json(stored: StoredAction) -> str:
    action = stored.action
    line = {
        "time": action.time,
        "model": action.detector_id.model,
        "key": action.detector_id.key,
        "type": action.type,
        "eventName": action.event_name,
        "id": action.id,
        "parameters": json.loads(action.parameters),
        "payload": action.payload,
        "state": _state(stored),
        "failure": action.failure,
    }
    return json_text(line)


def _table(actions: Iterable[StoredAction]) -> Iterator[str]:
    yield _row("time", "model", "key", "type", "event", "state", "id")
    for stored in actions:
        action = stored.action
        time = datetime.fromtimestamp(action.time / 1000, UTC).isoformat(timespec="milliseconds")
        state = _state(stored) + (f": {action.failure}" if action.failure else "")
        yield _row(
            time,
            action.detector_id.model,
            action.detector_id.key or "",
            action.type,
            action.event_name,
            state,
            action.id,
        )


def _state(stored: StoredAction) -> str:
    """Return `waiting` until the action is delivered, then `done`; `dead` if it never will be delivered."""
    if stored.action.failure:
        return "dead"
    return "waiting" if stored.done is None else "done"


def _row(time: str, model: str, key: str, type: str, event: str, state: str, id: str) -> str:
    return f"{time:<29}  {model:<20}  {key:<20}  {type:<12}  {event:<20}  {state:<8}  {id}"
