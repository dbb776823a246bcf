"""Calls of BatchPutMessage over plain HTTP."""

import base64
import json
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode

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
    """Return a message of a call; the payload is bytes, or what is written as JSON."""
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


def ask(url: str, path: str, **parameters: object) -> Answer:
    """Return a query: DescribeDetector or ListDetectors."""
    return send(url, None, "GET", path + (f"?{urlencode(parameters)}" if parameters else ""))


def describe(url: str, model: str, key: str | None = None) -> Answer:
    """Call DescribeDetector."""
    parameters = {} if key is None else {"keyValue": key}
    return ask(url, f"/detectors/{model}/keyValues/", **parameters)


def state_of(url: str, model: str, key: str | None = None) -> tuple[str, dict[str, str]]:
    """Return the state's name and the variables of a detector, as DescribeDetector shows them."""
    state = describe(url, model, key).document["detector"]["state"]
    return state["stateName"], {one["name"]: one["value"] for one in state["variables"]}


def update(url: str, *entries: Any) -> Answer:
    """Call BatchUpdateDetector."""
    return send(url, json.dumps({"detectors": entries}).encode(), path="/detectors")


def updated(
    message_id: str,
    model: str,
    key: str | None,
    state: str,
    variables: Mapping[str, str] | None = None,
    timers: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return an entry of BatchUpdateDetector."""
    new = {
        "stateName": state,
        "variables": [{"name": name, "value": value} for name, value in (variables or {}).items()],
        "timers": [{"name": name, "seconds": seconds} for name, seconds in (timers or {}).items()],
    }
    return {**deleted(message_id, model, key), "state": new}


def delete(url: str, *entries: Any) -> Answer:
    """Call BatchDeleteDetector."""
    return send(url, json.dumps({"detectors": entries}).encode(), path="/detectors/delete")


def deleted(message_id: str, model: str, key: str | None) -> dict[str, Any]:
    """Return an entry of BatchDeleteDetector."""
    entry = {"messageId": message_id, "detectorModelName": model}
    return entry if key is None else {**entry, "keyValue": key}
