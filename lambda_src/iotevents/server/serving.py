"""The server put together: service, backend, application, uvicorn."""

import socket
from collections.abc import Callable

from iotevents.server.app import create_app
from iotevents.server.backend import Backend
from iotevents.server.uvicorn_server import Server


def serve(
    backend: Backend, listener: socket.socket, ready: Callable[[], None], *, max_payload_bytes: int
) -> None:
    """Answer calls until a signal ends it, and finish those under way; call `ready` when it answers."""
    app = create_app(backend.do, backend.ask, max_payload_bytes=max_payload_bytes)
    try:
        Server(app, ready, live=backend.live, reload=backend.reload).run([listener])
    finally:
        backend.close()
