"""Request bodies: bounded, and JSON."""

import json
from typing import Any

from starlette.requests import Request

from iotevents.api.call_errors import BodyTooLargeError
from iotevents.errors import RequestError
from iotevents.fast_json import read_plain


def body_limit(max_payload_bytes: int) -> int:
    """Return the size of the largest body that is read, in bytes.

    Ten payloads at the limit fit in base64 with escaped slashes; with 256 KiB beside them, a call with some
    payloads that are too large still gets an error entry for each of them.
    """
    return 262_144 + 10 * 4 * max_payload_bytes


async def read_body(request: Request, limit: int) -> bytes:
    """Return the whole body, with or without a declared length.

    Raise BodyTooLargeError above `limit` bytes.
    """
    chunks = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLargeError(f"The body has more than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def parse_body(body: bytes) -> Any:
    """Return the JSON document of a body. Raise RequestError if it is not JSON."""
    plain = read_plain(body)
    if plain is not None:
        return plain
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise RequestError([f"The body is not JSON: {error}"]) from error
