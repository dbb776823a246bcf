"""What the application does about its own bugs."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from iotevents.api.operations import Query
from iotevents.server.app import create_app
from iotevents.service.commands import Command

from tests.support.iotevents.calls import message


async def broken(commands: Sequence[Command]) -> list[None]:
    raise ZeroDivisionError("a bug")


async def broken_too(query: Query, parameters: Mapping[str, str]) -> dict[str, Any]:
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize(("method", "path"), [("POST", "/inputs/messages"), ("GET", "/detectors/m")])
def test_bug_is_answered_and_raised_again(method: str, path: str) -> None:
    app = create_app(broken, broken_too, max_payload_bytes=1024)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps({"messages": [message("a")]}).encode()}

    async def send(part: Any) -> None:
        sent.append(part)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    with pytest.raises(ZeroDivisionError, match="a bug"):
        asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 500
    assert (b"x-amzn-errortype", b"InternalFailureException") in sent[0]["headers"]
    assert b"a bug" not in sent[1]["body"]
