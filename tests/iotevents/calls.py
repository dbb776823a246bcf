"""Calls of BatchPutMessage over plain HTTP."""

import base64
import json
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple

INPUT = "Rooms"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str | None:
        return self.headers.get("x-amzn-errortype")

    @property
    def entries(self) -> list[tuple[str, str]]:
        """The message ids and codes of the error entries."""
        entries = self.document["BatchPutMessageErrorEntries"]
        return [(one["messageId"], one["errorCode"]) for one in entries]


def message(message_id: str, payload: object = None, input_name: str = INPUT, **more: Any) -> dict[str, Any]:
    """A message of a call; the payload is bytes, or what is written as JSON."""
    content = payload if isinstance(payload, bytes) else json.dumps(payload or {"id": message_id}).encode()
    encoded = base64.b64encode(content).decode()
    return {"messageId": message_id, "inputName": input_name, "payload": encoded, **more}


def put(url: str, *messages: Any) -> Answer:
    """Call BatchPutMessage with these messages."""
    return send(url, json.dumps({"messages": messages}).encode())


def send(url: str, body: Any, method: str = "POST", path: str = "/inputs/messages") -> Answer:
    """Send a body; an iterator goes in chunks."""
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=10)) as connection:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
