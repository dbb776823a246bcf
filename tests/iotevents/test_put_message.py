"""BatchPutMessage over HTTP, in AWS's wire format."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest
from iotevents.api.operations import OPERATIONS

from local.faults import FaultyEndpoint
from tests.support.iotevents.calls import Answer, message, put, send

ID = "messages.1.member.messageId"
PATTERN = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_-]+$"
NULL = "Member must not be null"


def refused(answer: Answer) -> str:
    """Return the text of a call that was refused as a whole."""
    assert (answer.status, answer.error) == (400, "InvalidRequestException")
    text = answer.document["message"]
    assert isinstance(text, str)
    return text


def test_call_is_answered_as_aws_does(endpoint: FaultyEndpoint) -> None:
    answer = put(endpoint.url, message("a"), message("b"))
    assert (answer.status, answer.body) == (200, b'{"BatchPutMessageErrorEntries":[]}')
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-amzn-requestid"]) == 36
    assert endpoint.accepted_ids() == ["a", "b"]


def test_call_keeps_what_was_sent(endpoint: FaultyEndpoint) -> None:
    endpoint.clock = lambda: 1_700_000_000_123
    put(endpoint.url, message("a", b' {"x": "\xc3\xa4"}', timestamp={"timeInMillis": 17}))
    (stored,) = endpoint.accepted()
    assert (stored.payload, stored.timestamp, stored.time) == (' {"x": "ä"}', 17, 1_700_000_000_123)


def test_call_tells_refused_entries_and_takes_the_rest(endpoint: FaultyEndpoint) -> None:
    answer = put(
        endpoint.url,
        message("good"),
        message("unknown", input_name="No.such-input"),
        message("list", b"[1]"),
        message("fits", b'{"a":"' + b"x" * 1016 + b'"}'),
        message("large", b'{"a":"' + b"x" * 1017 + b'"}'),
        message("nan", b'{"a":NaN}'),
        message("empty", payload=b" "),
    )
    assert answer.status == 200
    assert answer.entries == [
        ("unknown", "ResourceNotFoundException"),
        ("list", "InvalidRequestException"),
        ("large", "InvalidRequestException"),
        ("nan", "InvalidRequestException"),
        ("empty", "InvalidRequestException"),
    ]
    texts = [one["errorMessage"] for one in answer.document["BatchPutMessageErrorEntries"]]
    assert texts[0] == "Input of name: No.such-input not found"
    assert texts[2] == "The payload has 1025 bytes; 1024 are allowed"
    assert endpoint.accepted_ids() == ["good", "fits"]


def test_call_of_ten_is_taken_and_of_eleven_refused(endpoint: FaultyEndpoint) -> None:
    messages = [message(f"m{n}") for n in range(11)]
    assert "less than or equal to 10" in refused(put(endpoint.url, *messages))
    assert put(endpoint.url, *messages[:10]).entries == []
    assert len(endpoint.accepted()) == 10


def test_call_without_messages_is_refused(endpoint: FaultyEndpoint) -> None:
    assert "'messages' failed to satisfy constraint: Member must have length" in refused(put(endpoint.url))
    expected = f"1 validation error detected: Value null at 'messages' failed to satisfy constraint: {NULL}"
    assert refused(send(endpoint.url, b"{}")) == refused(send(endpoint.url, b'{"messages":null}')) == expected


def test_call_shows_all_violations_at_once(endpoint: FaultyEndpoint) -> None:
    answer = put(
        endpoint.url, message("a"), {"messageId": "b c", "payload": "e30="}, message("d", input_name="-")
    )
    assert refused(answer) == (
        "3 validation errors detected: "
        f"Value 'b c' at 'messages.2.member.messageId' failed to satisfy constraint: {PATTERN}; "
        f"Value null at 'messages.2.member.inputName' failed to satisfy constraint: {NULL}; "
        "Value '-' at 'messages.3.member.inputName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: ^[a-zA-Z0-9][a-zA-Z0-9_.-]*$"
    )
    assert endpoint.accepted() == []


@pytest.mark.parametrize(
    ("changed", "place", "constraint"),
    [
        ({"messageId": None}, "messageId", NULL),
        ({"messageId": ""}, "messageId", "length greater than or equal to 1"),
        ({"messageId": "x" * 65}, "messageId", "length less than or equal to 64"),
        ({"messageId": "a\n"}, "messageId", "regular expression"),
        ({"messageId": "é"}, "messageId", "regular expression"),
        ({"messageId": 5}, "messageId", "must be a string"),
        ({"messageId": {"a": ["b"]}}, "messageId", "must be a string"),
        ({"inputName": "x" * 129}, "inputName", "length less than or equal to 128"),
        ({"inputName": ".a"}, "inputName", "regular expression"),
        ({"payload": None}, "payload", NULL),
        ({"payload": {}}, "payload", "must be a string"),
        ({"payload": "e30"}, "payload", "must be base64"),
        ({"payload": "e3 0="}, "payload", "must be base64"),
        ({"payload": "e30=e30="}, "payload", "must be base64"),
        ({"payload": "ä"}, "payload", "must be base64"),
        ({"timestamp": 5}, "timestamp", "must be an object"),
        ({"timestamp": {"timeInMillis": 0}}, "timestamp.timeInMillis", "value greater than or equal to 1"),
        (
            {"timestamp": {"timeInMillis": 2**63}},
            "timestamp.timeInMillis",
            "less than or equal to 9223372036854775807",
        ),
        ({"timestamp": {"timeInMillis": 1.5}}, "timestamp.timeInMillis", "must be an integer"),
        ({"timestamp": {"timeInMillis": True}}, "timestamp.timeInMillis", "must be an integer"),
        ({"timestamp": {"timeInMillis": "5"}}, "timestamp.timeInMillis", "must be an integer"),
    ],
)
def test_member_is_refused(
    endpoint: FaultyEndpoint, changed: dict[str, Any], place: str, constraint: str
) -> None:
    text = refused(put(endpoint.url, message("good"), message("a") | changed))
    assert text.startswith("1 validation error detected: ")
    assert f"at 'messages.2.member.{place}' failed to satisfy constraint: Member" in text
    assert constraint in text
    assert endpoint.accepted() == []


@pytest.mark.parametrize(
    "timestamp", [None, {}, {"timeInMillis": None}, {"timeInMillis": 1}, {"timeInMillis": 2**63 - 1}]
)
def test_timestamp_is_taken(endpoint: FaultyEndpoint, timestamp: Any) -> None:
    assert put(endpoint.url, message("a", timestamp=timestamp)).entries == []


def test_repeated_ids_are_refused(endpoint: FaultyEndpoint) -> None:
    answer = put(endpoint.url, message("a"), message("b"), message("a", input_name="Other"))
    assert "Value 'a' at 'messages'" in refused(answer)
    assert "unique" in refused(answer)
    assert endpoint.accepted() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"messages":[' + b"9" * 5000 + b"]}",
        b"[" * 100_000,
        b"[]",
        b"null",
        b'"messages"',
        b'{"messages":"a"}',
        b'{"messages":{"0":1}}',
        b'{"messages":[null]}',
        b'{"messages":[[]]}',
    ],
)
def test_body_is_refused(endpoint: FaultyEndpoint, body: bytes) -> None:
    assert "validation error" in refused(send(endpoint.url, body))


def test_members_that_nobody_knows_are_ignored(endpoint: FaultyEndpoint) -> None:
    body = json.dumps({"messages": [message("a", more=1)], "other": {}}).encode()
    assert send(endpoint.url, body).entries == []


def test_path_is_answered_with_a_slash_too(endpoint: FaultyEndpoint) -> None:
    body = json.dumps({"messages": [message("a")]}).encode()
    assert send(endpoint.url, body, path="/inputs/messages/").entries == []
    assert endpoint.accepted_ids() == ["a"]


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.call is None], ids=lambda one: one.name
)
@pytest.mark.parametrize("end", ["", "/"])
def test_operation_to_come_is_told(endpoint: FaultyEndpoint, operation: Any, end: str) -> None:
    path = operation.path.replace("{detectorModelName}", "m").replace("{alarmModelName}", "m") + end
    answer = send(endpoint.url, b"{}", operation.method, path)
    assert (answer.status, answer.error) == (501, "UnsupportedOperationException")
    assert operation.name in answer.document["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/inputs/messages"),
        ("PUT", "/inputs/messages/"),
        ("POST", "/"),
        ("POST", "/inputs/messages//"),
        ("POST", "/inputs"),
        ("DELETE", "/detectors"),
    ],
)
def test_unknown_operation_is_told(endpoint: FaultyEndpoint, method: str, path: str) -> None:
    answer = send(endpoint.url, b"{}", method, path)
    assert (answer.status, answer.error) == (404, "UnknownOperationException")
    assert path in answer.document["message"]


def test_duplicate_answers_success_for_300_seconds(endpoint: FaultyEndpoint) -> None:
    begin = 1_700_000_000_000
    for now in (begin, begin + 299_999, begin + 300_000):
        endpoint.clock = lambda now=now: now  # type: ignore[misc]
        assert put(endpoint.url, message("a", {"now": now})).entries == []
    assert [one.time for one in endpoint.accepted()] == [begin, begin + 300_000]


def test_connection_serves_many_calls(endpoint: FaultyEndpoint) -> None:
    connection = HTTPConnection(endpoint.url.removeprefix("http://"), timeout=5)
    connection.connect()
    own = connection.sock.getsockname()
    for body, status in ((b"{", 400), (json.dumps({"messages": [message("a")]}).encode(), 200), (b"[]", 400)):
        connection.request("POST", "/inputs/messages", body)
        response = connection.getresponse()
        assert (response.status, bool(response.read())) == (status, True)
        assert connection.sock.getsockname() == own
    connection.close()


def test_threads_with_the_same_ids_store_each_once(endpoint: FaultyEndpoint) -> None:
    calls = [[message(f"m{n}") for n in range(first, first + 10)] for first in range(0, 50, 5)] * 4
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda messages: put(endpoint.url, *messages), calls))
    assert all(one.entries == [] for one in answers)
    assert sorted(endpoint.accepted_ids()) == sorted({one["messageId"] for call in calls for one in call})
