"""The connections below ASGI, which has no word for a TCP reset."""

import asyncio
import socket
import struct
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Client = tuple[str, int]


def protocol_keeping(transports: dict[Client, asyncio.Transport]) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, extended to keep each client's transport in `transports`."""

    class Protocol(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            transports[cast(Client, self.client)] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            transports.pop(cast(Client, self.client), None)
            super().connection_lost(exc)

    return Protocol


def reset_connection(transport: asyncio.Transport) -> None:
    """End a connection with RST; what was sent before may be lost with it."""
    # Lingering for no time at all makes the kernel send RST in place of FIN.
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
