"""`python -m iotevents serve`: the server on this machine."""

import argparse
import logging
import sys
from contextlib import closing
from pathlib import Path

from iotevents.clock import wall_clock
from iotevents.commands.arguments import PARAMETERS_HELP, Subparsers, port, positive
from iotevents.definitions import Definitions, load_definitions
from iotevents.parameters import read_parameters
from iotevents.server.serving import serve
from iotevents.server.uvicorn_server import listen, url_of
from iotevents.service import MAX_PAYLOAD_BYTES, Service
from iotevents.stores.sqlite import SqliteStore

logger = logging.getLogger(__name__)

HOST_HELP = (
    "address to listen on (default: %(default)s); signatures are not checked: keep others away from it"
)


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
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it; the exit code is 0 then, and 2 if it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    parameters = read_parameters(options.parameters) if options.parameters else None
    definitions = (
        load_definitions(options.definitions, parameters) if options.definitions else Definitions({})
    )
    for name in definitions.models:
        logger.warning("the detector model %s was checked; this server does not run models yet", name)
    with closing(SqliteStore(options.data)) as store:
        try:
            listener = listen(options.host, options.port)
        except OSError as error:
            print(f"error: cannot listen on {options.host}:{options.port}: {error}", file=sys.stderr)
            return 2
        service = Service(store, definitions.inputs, max_payload_bytes=options.max_payload_bytes)
        with listener:
            serve(
                service, listener, wall_clock, lambda: print(f"listening on {url_of(listener)}", flush=True)
            )
    return 0
