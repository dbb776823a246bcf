"""`python -m iotevents serve`: the server on this machine."""

import argparse
import logging
import socket
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from iotevents.commands.arguments import PARAMETERS_HELP, Subparsers, port, positive
from iotevents.definitions.loading import load_definitions
from iotevents.definitions.parameters import read_parameters
from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.server.app import create_app
from iotevents.server.backend import Backend
from iotevents.server.gc_tuning import collect_rarely
from iotevents.server.uvicorn_server import Server, hold_hangups, listen, url_of
from iotevents.service.clock import wall_clock
from iotevents.service.journal import Journal
from iotevents.service.service import MAX_PAYLOAD_BYTES, Service
from iotevents.stores.sqlite import SqliteStore, read_definitions


def serve(
    backend: Backend, listener: socket.socket, ready: Callable[[], None], *, max_payload_bytes: int
) -> None:
    """Answer calls until a signal ends it, and finish those under way; call `ready` when it answers."""
    app = create_app(backend.do, backend.ask, max_payload_bytes=max_payload_bytes)
    try:
        Server(app, ready, live=backend.live, reload=backend.reload).run([listener])
    finally:
        backend.close()


HOST_HELP = (
    "address to listen on (default: %(default)s); signatures are not checked: keep others away from it"
)
CLOCK_HELP = (
    "what tells the time: this machine, or the timestamps of messages; then recorded telemetry runs as it "
    "ran in the field (default: %(default)s)"
)
JOURNAL_HELP = "messages file that grows with all that is accepted, for `replay`; made if it is missing"


def add_parser(subparsers: Subparsers) -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "serve", help="answer calls over HTTP", description="Answer calls over HTTP."
    )
    parser.add_argument("--host", default="127.0.0.1", help=HOST_HELP)
    parser.add_argument("--port", type=port, required=True, help="port to listen on; 0: a free one")
    parser.add_argument(
        "--data", required=True, help="SQLite file that keeps everything; made if it is missing"
    )
    parser.add_argument(
        "--definitions", type=Path, help="folder with inputs and models (*.json, *.yaml, *.yml)"
    )
    parser.add_argument("--parameters", type=Path, help=PARAMETERS_HELP)
    parser.add_argument(
        "--max-payload-bytes",
        type=positive,
        default=MAX_PAYLOAD_BYTES,
        help="largest payload of a message, before base64 (default: %(default)s)",
    )
    parser.add_argument("--clock", choices=("wall", "message"), default="wall", help=CLOCK_HELP)
    parser.add_argument("--journal", type=Path, help=JOURNAL_HELP)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it; the exit code is 0 then, and 2 if it cannot start."""
    hold_hangups()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    read = _reader(options)
    bodies = read(_inputs_in(options.data))
    with ExitStack() as stack:
        store = stack.enter_context(closing(SqliteStore(options.data)))
        store.note_clock(message_time=options.clock == "message")
        journal = _journal(options, store)
        if journal:
            stack.callback(journal.close)
        service = Service(
            store,
            max_payload_bytes=options.max_payload_bytes,
            message_time=options.clock == "message",
            journal=journal,
        )
        service.define(bodies)
        try:
            listener = stack.enter_context(listen(options.host, options.port))
        except OSError as error:
            print(f"error: cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
            return 2
        define = (lambda: service.define(read(service.inputs))) if options.definitions else None
        backend = Backend(service, store, wall_clock, define)
        collect_rarely()
        serve(backend, listener, lambda: _say_where(listener), max_payload_bytes=options.max_payload_bytes)
    return 0


def _inputs_in(data: str) -> set[str]:
    """The names of the inputs that a data file has, if there is one."""
    if not Path(data).is_file():
        return set()
    return {one.name for one in read_definitions(data) if one.kind == Kind.INPUT.value}


def _reader(options: argparse.Namespace) -> Callable[[Collection[str]], Sequence[RequestBody]]:
    """What reads the definitions beside inputs that there are: at the start, and whenever they are to be
    loaded again."""

    def read(known_inputs: Collection[str]) -> Sequence[RequestBody]:
        if not options.definitions:
            return ()
        parameters = read_parameters(options.parameters) if options.parameters else None
        return load_definitions(options.definitions, parameters, known_inputs).bodies

    return read


def _journal(options: argparse.Namespace, store: SqliteStore) -> Journal | None:
    return Journal(options.journal, store.entries(), store.length) if options.journal else None


def _say_where(listener: socket.socket) -> None:
    print(f"listening on {url_of(listener)}", flush=True)
