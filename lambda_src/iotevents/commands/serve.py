"""`python -m iotevents serve`: the server on this machine."""

import argparse
import logging
import socket
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from iotevents.commands.arguments import PARAMETERS_HELP, port, positive
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
from iotevents.stores.data_file import read_definitions
from iotevents.stores.sqlite import SqliteStore
from iotevents.version import version_line

logger = logging.getLogger(__name__)

HOST_HELP = (
    "address to listen on (default: %(default)s); signatures are not checked: keep others away from it"
)
CLOCK_HELP = (
    "what tells the time: this machine, or the timestamps of messages; then recorded telemetry runs as it "
    "ran in the field (default: %(default)s)"
)
JOURNAL_HELP = "messages file that grows with all that is accepted, for `replay`; made if it is missing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = "Answer calls over HTTP."
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
    """Serve until a signal ends it; return exit code 0, or 2 if the address cannot be used."""
    hold_hangups()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logger.info("%s", version_line("iotevents"))
    read = _definitions_reader(options)
    bodies = read(_inputs_in(options.data))
    with ExitStack() as stack:
        store = stack.enter_context(closing(SqliteStore(options.data)))
        service = _service(options, store, stack)
        service.define(bodies)
        try:
            listener = stack.enter_context(listen(options.host, options.port))
        except OSError as error:
            print(f"error: cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
            return 2
        define = (lambda: service.define(read(service.inputs))) if options.definitions else None
        collect_rarely()
        _serve(service, Backend(service, store, wall_clock, define), listener)
    return 0


def _service(options: argparse.Namespace, store: SqliteStore, stack: ExitStack) -> Service:
    """Return the service on a store; the stack closes its journal."""
    message_time = options.clock == "message"
    store.note_clock(message_time=message_time)
    journal = None
    if options.journal:
        journal = stack.enter_context(closing(Journal(options.journal, store.entries(), store.length)))
    return Service(
        store, max_payload_bytes=options.max_payload_bytes, message_time=message_time, journal=journal
    )


def _serve(service: Service, backend: Backend, listener: socket.socket) -> None:
    """Answer calls until a signal ends it, and finish those in progress."""
    app = create_app(backend.do, backend.ask, max_payload_bytes=service.max_payload_bytes)
    try:
        Server(app, lambda: _announce(listener), live=backend.live, reload=backend.reload).run([listener])
    finally:
        backend.close()


def _announce(listener: socket.socket) -> None:
    print(f"listening on {url_of(listener)}", flush=True)


def _inputs_in(data: str) -> set[str]:
    """Return the names of the inputs in a data file; none if there is no file."""
    if not Path(data).is_file():
        return set()
    return {definition.name for definition in read_definitions(data) if definition.kind == Kind.INPUT.value}


def _definitions_reader(options: argparse.Namespace) -> Callable[[Collection[str]], Sequence[RequestBody]]:
    """Return a function that loads the definitions beside known inputs, at the start and at each reload."""

    def read(known_inputs: Collection[str]) -> Sequence[RequestBody]:
        if not options.definitions:
            return ()
        parameters = read_parameters(options.parameters) if options.parameters else None
        return load_definitions(options.definitions, parameters, known_inputs).request_bodies

    return read
