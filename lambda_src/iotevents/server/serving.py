"""The server put together: store, service, writer, application, uvicorn."""

import socket
from collections.abc import Callable, Sequence
from functools import partial

from starlette.applications import Starlette

from iotevents.messages import Message
from iotevents.server.app import create_app
from iotevents.server.uvicorn_server import Server
from iotevents.server.writer import Writer
from iotevents.service import Refusal, Service

Clock = Callable[[], int]
"""Gives epoch milliseconds."""


def serve(service: Service, listener: socket.socket, clock: Clock, ready: Callable[[], None]) -> None:
    """Answer calls until a signal ends it, and finish those under way; call `ready` when it answers."""
    app, writer = assemble(service, clock)
    try:
        Server(app, ready).run([listener])
    finally:
        writer.close()


def assemble(service: Service, clock: Clock) -> tuple[Starlette, Writer[Message, Refusal | None]]:
    """The application on a service, and the writer that its owner closes."""
    writer: Writer[Message, Refusal | None] = Writer(partial(_put, service, clock))
    return create_app(writer.submit, max_payload_bytes=service.max_payload_bytes), writer


def _put(service: Service, clock: Clock, messages: Sequence[Message]) -> Sequence[Refusal | None]:
    return service.put_messages(messages, clock())
