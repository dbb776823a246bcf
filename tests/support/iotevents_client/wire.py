"""The requests that are compared on the wire, and how one of them is written down."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from botocore import xform_name

from tests.support.iotevents_client.recorder import Recorder, Request

SERVICE = "iotevents-data"
MESSAGE = {"messageId": "m-1", "inputName": "Rooms.v2", "payload": b'{"room":"A1","t":21.5}'}
# Headers that do not depend on time, chance or version.
_STEADY = ("accept-encoding", "content-length", "content-type")
_SCOPE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/(\S+), SignedHeaders=(\S+), Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True)
class Call:
    """One call of an operation."""

    name: str
    operation: str
    params: dict[str, Any]


def _alarm(**more: Any) -> dict[str, Any]:
    return {"requestId": "r-1", "alarmModelName": "Heat_1", **more}


_KEYED_ALARM = _alarm(keyValue="site:7:A1", note="seen ✓")

CALLS = (
    Call("one message", "BatchPutMessage", {"messages": [MESSAGE]}),
    Call(
        "messages with and without a time",
        "BatchPutMessage",
        {
            "messages": [
                {**MESSAGE, "timestamp": {"timeInMillis": 1_700_000_000_123}},
                {**MESSAGE, "messageId": "m_2", "timestamp": {}},
                {**MESSAGE, "messageId": "m3", "timestamp": {"timeInMillis": 2**63 - 1}},
            ]
        },
    ),
    Call(
        "payloads as text, bytes, nothing",
        "BatchPutMessage",
        {
            "messages": [
                {**MESSAGE, "payload": '{"name":"Zürich €"}'},
                {**MESSAGE, "messageId": "b", "payload": bytes(range(256))},
                {**MESSAGE, "messageId": "c", "payload": bytearray(b"{}")},
                {**MESSAGE, "messageId": "d", "payload": b""},
            ]
        },
    ),
    Call(
        "a state with variables and timers",
        "BatchUpdateDetector",
        {
            "detectors": [
                {
                    "messageId": "u1",
                    "detectorModelName": "Rooms",
                    "keyValue": "site:7:A-1_b",
                    "state": {
                        "stateName": "Zu heiß",
                        "variables": [{"name": "count", "value": "3"}, {"name": "label", "value": '"01"'}],
                        "timers": [{"name": "idle", "seconds": 60}],
                    },
                }
            ]
        },
    ),
    Call(
        "a bare state without a key",
        "BatchUpdateDetector",
        {
            "detectors": [
                {
                    "messageId": "u2",
                    "detectorModelName": "Rooms",
                    "state": {"stateName": "Normal", "variables": [], "timers": []},
                }
            ]
        },
    ),
    Call(
        "detectors with and without a key",
        "BatchDeleteDetector",
        {
            "detectors": [
                {"messageId": "d1", "detectorModelName": "Rooms", "keyValue": "A:1"},
                {"messageId": "d2", "detectorModelName": "Rooms"},
            ]
        },
    ),
    Call("a detector by key", "DescribeDetector", {"detectorModelName": "Rooms-1", "keyValue": "site:7:A1"}),
    Call("a detector without key", "DescribeDetector", {"detectorModelName": "Rooms"}),
    Call("all detectors", "ListDetectors", {"detectorModelName": "Rooms"}),
    Call(
        "a page of detectors in a state",
        "ListDetectors",
        {
            "detectorModelName": "Rooms",
            "stateName": "Zu heiß/1 +&",
            "nextToken": "a+b/c==",
            "maxResults": 250,
        },
    ),
    Call(
        "alarms acknowledged",
        "BatchAcknowledgeAlarm",
        {"acknowledgeActionRequests": [_KEYED_ALARM, _alarm()]},
    ),
    Call("alarms disabled", "BatchDisableAlarm", {"disableActionRequests": [_KEYED_ALARM, _alarm(note="")]}),
    Call("alarms enabled", "BatchEnableAlarm", {"enableActionRequests": [_KEYED_ALARM, _alarm()]}),
    Call("alarms reset", "BatchResetAlarm", {"resetActionRequests": [_KEYED_ALARM, _alarm()]}),
    Call(
        "alarms snoozed",
        "BatchSnoozeAlarm",
        {"snoozeActionRequests": [{**_KEYED_ALARM, "snoozeDuration": 3600}, _alarm(snoozeDuration=0)]},
    ),
    Call("an alarm by key", "DescribeAlarm", {"alarmModelName": "Heat_1", "keyValue": "site:7:A1"}),
    Call("an alarm without key", "DescribeAlarm", {"alarmModelName": "Heat_1"}),
    Call("all alarms", "ListAlarms", {"alarmModelName": "Heat_1"}),
    Call(
        "a page of alarms",
        "ListAlarms",
        {"alarmModelName": "Heat_1", "nextToken": "a+b/c==", "maxResults": 1},
    ),
)


def exchange(client: Any, recorder: Recorder, call: Call) -> dict[str, Any]:
    """Make a call and return what of it the recorder saw, as JSON values."""
    recorder.requests.clear()
    getattr(client, xform_name(call.operation))(**call.params)
    (request,) = recorder.requests
    return {
        "method": request.method,
        "path": request.path,
        "headers": {name: request.headers[name] for name in _STEADY if name in request.headers},
        "names": sorted(request.headers),
        **scope(request),
        "body": request.body.decode(),
    }


def scope(request: Request) -> dict[str, str]:
    """Return what the Authorization header says: what a request is `signed for`, and the `signed` headers."""
    match = _SCOPE.fullmatch(request.headers["authorization"])
    assert match, request.headers["authorization"]
    return {"signed for": match[1], "signed": match[2]}


def digests(model: dict[str, Any]) -> dict[str, str]:
    """Return a digest of each part of a service model without its documentation."""
    parts = {
        "metadata": model["metadata"],
        **{f"operation {name}": value for name, value in model["operations"].items()},
        **{f"shape {name}": value for name, value in model["shapes"].items()},
    }
    return {name: _digest(_facts(value)) for name, value in sorted(parts.items())}


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _facts(item) for key, item in value.items() if key != "documentation"}
    return [_facts(item) for item in value] if isinstance(value, list) else value


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
