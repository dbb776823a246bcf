"""The data plane as an ASGI application, in AWS's wire format."""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from iotevents.api.call_errors import (
    INTERNAL_FAILURE,
    CallError,
    UnknownOperationError,
    UnsupportedOperationError,
    call_error,
)
from iotevents.api.operations import OPERATIONS, BatchCall, Operation, Query
from iotevents.errors import IotEventsError, StoreError
from iotevents.runtime.outcomes import Refusal
from iotevents.server.request_body import body_limit, parse_body, read_body
from iotevents.service.commands import Command

logger = logging.getLogger(__name__)

Do = Callable[[Sequence[Command]], Awaitable[Sequence[Refusal | None]]]
"""Executes commands; returns their refusals once the others are durable."""
Ask = Callable[[Query, Mapping[str, str]], Awaitable[dict[str, Any]]]
"""Answers a query from its parameters."""
Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(do: Do, ask: Ask, *, max_payload_bytes: int) -> Starlette:
    """Return the application; `do` executes the commands of its calls, `ask` answers its queries."""
    limit = body_limit(max_payload_bytes)
    app = Starlette(
        routes=[
            Route(path, _endpoint(operation, do, ask, limit), methods=[operation.method])
            for operation in OPERATIONS
            for path in (operation.path, f"{operation.path}/")
        ],
        exception_handlers={
            IotEventsError: _refuse,
            HTTPException: _refuse_route,
            ClientDisconnect: _say_nothing,
            Exception: _fail,
        },
    )
    app.router.redirect_slashes = False
    return app


def _endpoint(operation: Operation, do: Do, ask: Ask, limit: int) -> Endpoint:
    call = operation.call
    if call is None:
        return partial(_unsupported, operation.name)
    if isinstance(call, BatchCall):
        return partial(_batch, call, do, limit)
    return partial(_query, call, ask)


async def _batch(call: BatchCall, do: Do, limit: int, request: Request) -> Response:
    commands = call.read(parse_body(await read_body(request, limit)))
    return _response(200, call.answer(commands, await do(commands)))


async def _query(query: Query, ask: Ask, request: Request) -> Response:
    return _response(200, await ask(query, {**request.query_params, **request.path_params}))


async def _unsupported(name: str, request: Request) -> Response:
    raise UnsupportedOperationError(f"This server does not have {name} yet")


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, IotEventsError)
    if isinstance(error, StoreError):
        logger.error("%s", error)
    return _error(call_error(error))


async def _refuse_route(request: Request, error: Exception) -> Response:
    # AWS knows an operation by method and path together: a wrong method is an unknown operation as well.
    return _error(call_error(UnknownOperationError(f"No operation has {request.method} {request.url.path}")))


async def _say_nothing(request: Request, error: Exception) -> Response:
    """Answer a caller that has gone in the middle of the body: nobody reads this."""
    return Response(status_code=400)


async def _fail(request: Request, error: Exception) -> Response:
    """Answer after a bug: starlette raises the error again after this, and the log shows it."""
    return _error(INTERNAL_FAILURE)


def _error(error: CallError) -> Response:
    return _response(error.status, {"message": error.text}, {"x-amzn-ErrorType": error.code})


def _response(status: int, document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(document, separators=(",", ":")).encode()
    identified = {"x-amzn-RequestId": str(uuid.uuid4()), **(headers or {})}
    return Response(body, status, identified, "application/json")
