"""SDKs that have the service work with the server by their endpoint URL alone: each shows the same."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.iotevents.sdks.sdk import EPOCH, Sdk, ServiceError
from tests.support.iotevents.live import Live, T, live
from tests.support.iotevents.live_models import (
    event,
    input_document,
    model_document,
    set_timer,
    set_variable,
    state,
)
from tests.support.iotevents_client.recorder import Recorder
from tests.support.iotevents_client.wire import scope

Call = Callable[..., Any]

KEEP = event(
    "keep",
    "currentInput('Rooms')",
    set_variable("last", "$input.Rooms.t"),
    set_variable("name", "$input.Rooms.name"),
    set_timer("wait", 180),
)
ROOM = model_document(
    "Room",
    [
        state("Kühl", events=[KEEP], transitions=[event("alert", "$input.Rooms.t > 30", to="Zu heiß/1 +&")]),
        state("Zu heiß/1 +&"),
    ],
    "room",
)
HOUSE = model_document("House", [state("Idle", events=[event("e", "$input.Rooms.t > 0")])], None)
COOL, HOT = "Kühl", "Zu heiß/1 +&"
START = EPOCH + timedelta(milliseconds=T + 234)


@pytest.fixture
def server() -> Iterator[Live]:
    with live([input_document("Rooms", "room", "t", "name"), ROOM, HOUSE]) as served:
        served.clock.now = T + 234
        yield served


@pytest.fixture
def call(sdk: Sdk, server: Live) -> Call:
    """Call an operation with the SDK."""
    return lambda operation, **given: sdk.call(server.url, operation, **given)


def message(message_id: str, room: str, t: float = 20, input_name: str = "Rooms") -> dict[str, Any]:
    payload = f'{{"room":"{room}","t":{t},"name":"Küche €"}}'.encode()
    return {"messageId": message_id, "inputName": input_name, "payload": payload}


def tell(call: Call, *messages: dict[str, Any]) -> None:
    assert call("BatchPutMessage", messages=messages) == {"BatchPutMessageErrorEntries": []}


def update(message_id: str, key: str, to: str = HOT, model: str = "Room", **more: Any) -> dict[str, Any]:
    new = {"stateName": to, "variables": [], "timers": [], **more}
    return {"messageId": message_id, "detectorModelName": model, "keyValue": key, "state": new}


def deletion(message_id: str, key: str) -> dict[str, Any]:
    return {"messageId": message_id, "detectorModelName": "Room", "keyValue": key}


def refused(call: Call, operation: str, **given: Any) -> tuple[str, int, str]:
    """Return the type, the HTTP status and the message of the error that the SDK raises."""
    with pytest.raises(ServiceError) as raised:
        call(operation, **given)
    return raised.value.type, raised.value.status, raised.value.message


def test_messages_make_a_detector(call: Call, server: Live) -> None:
    tell(call, {**message("m1", "site:7:A1", 2.0), "timestamp": {"timeInMillis": T - 5}})
    server.clock.now += 1_500
    tell(call, message("m2", "site:7:A1", 21.5))
    detector = call("DescribeDetector", detectorModelName="Room", keyValue="site:7:A1")["detector"]
    assert sorted(detector["state"].pop("variables"), key=lambda one: str(one["name"])) == [
        {"name": "last", "value": "21.5"},
        {"name": "name", "value": '"Küche €"'},
    ]
    assert detector == {
        "detectorModelName": "Room",
        "keyValue": "site:7:A1",
        "detectorModelVersion": "1",
        "creationTime": START,
        "lastUpdateTime": START + timedelta(milliseconds=1_500),
        # Whole seconds: 234 + 1 500 ms + 180 s, cut.
        "state": {
            "stateName": COOL,
            "timers": [{"name": "wait", "timestamp": EPOCH + timedelta(milliseconds=T + 181_000)}],
        },
    }


def test_detector_without_a_key(call: Call) -> None:
    tell(call, message("m", "a"))
    detector = call("DescribeDetector", detectorModelName="House")["detector"]
    assert ("keyValue" in detector, detector["state"]["stateName"]) == (False, "Idle")


def test_put_tells_refused_messages_and_takes_the_rest(call: Call) -> None:
    messages = [
        message("first", "a"),
        message("unknown", "b", input_name="Cellars"),
        message("broken", "c") | {"payload": b"\xff{"},
        message("last", "d"),
    ]
    entries = call("BatchPutMessage", messages=messages)["BatchPutMessageErrorEntries"]
    assert [(one["messageId"], one["errorCode"]) for one in entries] == [
        ("unknown", "ResourceNotFoundException"),
        ("broken", "InvalidRequestException"),
    ]
    assert entries[0]["errorMessage"] == "Input of name: Cellars not found"
    found = call("ListDetectors", detectorModelName="Room")["detectorSummaries"]
    assert [one["keyValue"] for one in found] == ["a", "d"]


def test_list_shows_summaries_of_a_state_in_pages(call: Call) -> None:
    tell(call, *(message(f"m{n}", f"r:{n}", 40 if n % 2 else 20) for n in range(6)))
    asked = {"detectorModelName": "Room", "stateName": HOT, "maxResults": 2}
    first = call("ListDetectors", **asked)
    last = call("ListDetectors", **asked, nextToken=first["nextToken"])
    assert [one["keyValue"] for one in first["detectorSummaries"]] == ["r:1", "r:3"]
    assert last == {
        "detectorSummaries": [
            {
                "detectorModelName": "Room",
                "keyValue": "r:5",
                "detectorModelVersion": "1",
                "state": {"stateName": HOT},
                "creationTime": START,
                "lastUpdateTime": START,
            }
        ]
    }


def test_list_of_no_detectors(call: Call) -> None:
    assert call("ListDetectors", detectorModelName="Room") == {"detectorSummaries": []}


def test_update_replaces_the_state(call: Call) -> None:
    tell(call, message("m", "a"))
    variables = [{"name": "last", "value": "1.0"}, {"name": "text", "value": '"ü"'}]
    entry = update("u", "a", variables=variables, timers=[{"name": "later", "seconds": 90}])
    assert call("BatchUpdateDetector", detectors=[entry]) == {"batchUpdateDetectorErrorEntries": []}
    assert call("DescribeDetector", detectorModelName="Room", keyValue="a")["detector"]["state"] == {
        "stateName": HOT,
        "variables": variables,
        "timers": [{"name": "later", "timestamp": EPOCH + timedelta(milliseconds=T + 90_000)}],
    }


def test_update_reports_refused_entries_and_does_rest(call: Call) -> None:
    tell(call, message("m", "a"), message("n", "b"))
    entries = call(
        "BatchUpdateDetector",
        detectors=[update("key", "no"), update("state", "a", "No"), update("good", "b")],
    )["batchUpdateDetectorErrorEntries"]
    assert [(one["messageId"], one["errorCode"]) for one in entries] == [
        ("key", "ResourceNotFoundException"),
        ("state", "InvalidRequestException"),
    ]
    found = call("ListDetectors", detectorModelName="Room")["detectorSummaries"]
    assert [one["state"]["stateName"] for one in found] == [COOL, HOT]


def test_deleted_detector_is_not_found(call: Call) -> None:
    tell(call, message("m", "a"), message("n", "b"))
    nothing: dict[str, Any] = {"batchDeleteDetectorErrorEntries": []}
    assert call("BatchDeleteDetector", detectors=[deletion("d", "a")]) == nothing
    kind, status, text = refused(call, "DescribeDetector", detectorModelName="Room", keyValue="a")
    assert (kind, status) == ("ResourceNotFoundException", 404)
    assert text.endswith("not found")
    found = call("ListDetectors", detectorModelName="Room")["detectorSummaries"]
    assert [one["keyValue"] for one in found] == ["b"]


def test_delete_tells_what_is_not_there(call: Call) -> None:
    tell(call, message("m", "a"))
    entries = call("BatchDeleteDetector", detectors=[deletion("no", "b"), deletion("yes", "a")])[
        "batchDeleteDetectorErrorEntries"
    ]
    assert [(one["messageId"], one["errorCode"]) for one in entries] == [("no", "ResourceNotFoundException")]


def test_list_of_an_unknown_model_is_not_found(call: Call) -> None:
    assert refused(call, "ListDetectors", detectorModelName="No")[:2] == ("ResourceNotFoundException", 404)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("BatchPutMessage", {"messages": [message("m", "a"), message("m", "b")]}, "'m' at 'messages'"),
    ("BatchUpdateDetector", {"detectors": [update("u", "a"), update("u", "b")]}, "'u' at 'detectors'"),
    ("BatchDeleteDetector", {"detectors": [deletion("d", "ü")]}, "'ü' at 'detectors.1.member.keyValue'"),
    ("DescribeDetector", {"detectorModelName": "Room", "keyValue": "a/b +ü"}, "'a/b +ü' at 'keyValue'"),
    ("ListDetectors", {"detectorModelName": "Room", "nextToken": "a+b=="}, "'a+b==' at 'nextToken'"),
]


def test_call_is_refused_as_a_whole(call: Call) -> None:
    for operation, given, told in REFUSED:
        kind, status, text = refused(call, operation, **given)
        assert (operation, kind, status) == (operation, "InvalidRequestException", 400)
        start = f"1 validation error detected: Value {told} failed to satisfy constraint: Member "
        assert text.startswith(start)


def test_requests_are_signed_by_the_sdk_itself(sdk: Sdk) -> None:
    with Recorder() as recorder:
        sdk.call(recorder.url, "BatchPutMessage", messages=[message("m", "a")])
        sdk.call(recorder.url, "BatchDeleteDetector", detectors=[deletion("d", "a")])
    for request in recorder.requests:
        assert request.headers["user-agent"].startswith(sdk.kind.agent)
        assert scope(request)["signed for"] == "eu-west-1/ioteventsdata/aws4_request"
    assert [one.path for one in recorder.requests] == ["/inputs/messages", "/detectors/delete"]
