"""Records of several documents, one a line (`bodyFormat: json-lines`)."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from forwarder.records import Message, Problem, Routed
from forwarder.routing.router import MAX_LINE_PROBLEMS

from local import faults
from tests.forwarder.test_envelopes import EVENT, NOTIFICATION
from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.function import ROUTE, Function, fifo, kinesis, sqs
from tests.support.forwarder.records import kinesis_entry, make_config, route_body, route_entry
from tests.support.forwarder.scenarios import Scenario

MakeFunction = Callable[..., Function]
TO_A = {"inputName": "a"}
BYTES = {"inputName": "a", "format": "bytes"}
LINES = "json-lines"
TWO = b'{"n":0}\n{"n":1}\n'


def route(body: str, *routes: dict[str, Any], **keys: Any) -> Routed:
    return route_body(body, *routes, bodyFormat=LINES, **keys)


def payloads(routed: Routed) -> list[Any]:
    return [json.loads(message.payload) for message in routed.messages]


def numbers(parts: tuple[Message, ...] | tuple[Problem, ...]) -> list[tuple[int | None, int]]:
    return [(part.line, part.index) for part in parts]


def test_lines_are_messages_in_their_order() -> None:
    routed = route('{"n":0}\n{"n":1}\n{"n":2}')
    assert payloads(routed) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert [message.id for message in routed.messages] == ["m-1-0", "m-1-1", "m-1-2"]
    assert numbers(routed.messages) == [(0, 0), (1, 0), (2, 0)]


def test_lines_are_no_json() -> None:
    """Without the key such a record is rejected, never cut after its first document."""
    (problem,) = route_body(TWO.decode()).problems
    assert (problem.reason.code, problem.line) == ("BadJson", None)


def test_one_document_is_one_line() -> None:
    (only,) = route('{"n":0}').messages
    assert only.id == "m-1-0"


def test_empty_lines_are_none() -> None:
    routed = route('\n{"n":0}\n\n \t\r\n{"n":1}\r\n\r\n')
    assert payloads(routed) == [{"n": 0}, {"n": 1}]
    assert numbers(routed.messages) == [(0, 0), (1, 0)]


@pytest.mark.parametrize("body", ["", "\n", " \r\n\t\n"])
def test_body_without_lines_is_dropped(body: str) -> None:
    assert route(body) == Routed(route(body).record)


def test_other_separators_are_no_line_ends() -> None:
    text = json.dumps({"a": "\u2028\u0085\x0b"}, ensure_ascii=False)
    assert payloads(route(f"{text}\n{text}")) == [{"a": "\u2028\u0085\x0b"}] * 2


@pytest.mark.parametrize(
    ("line", "code"),
    [("{", "BadJson"), ('{"a":NaN}', "BadNumber"), ("[" * 101, "TooDeep"), ("[]", "NotAnObject")],
)
def test_bad_line_is_rejected_alone(line: str, code: str) -> None:
    routed = route('{"n":0}\n' + line + '\n{"n":2}')
    assert payloads(routed) == [{"n": 0}, {"n": 2}]
    assert [(problem.line, problem.reason.code) for problem in routed.problems] == [(1, code)]
    assert [message.id for message in routed.messages] == ["m-1-0", "m-1-2"]


def test_bad_line_of_utf8() -> None:
    entry = kinesis_entry(b'{"n":0}\n\xff\n{"n":2}')
    routed = route_entry(make_config(bodyFormat=LINES), entry)
    assert payloads(routed) == [{"n": 0}, {"n": 2}]
    assert numbers(routed.problems) == [(1, 0)]


def test_bad_element_rejects_its_line() -> None:
    body = '[{"n":0},{"n":1}]\n[{"n":2},3,{"n":4}]\n[]\n[{"n":5}]'
    routed = route(body, {**TO_A, "split": "body"})
    assert payloads(routed) == [{"n": 0}, {"n": 1}, {"n": 5}]
    assert [message.id for message in routed.messages] == ["m-1-0-0", "m-1-0-1", "m-1-3-0"]
    assert numbers(routed.problems) == [(1, 1)]


def test_lines_take_their_own_routes() -> None:
    routes = [{**TO_A, "when": "body.to == 'a'"}, {"inputName": "b", "when": "body.to == 'b'"}]
    routed = route('{"to":"b"}\n{"to":"a"}\n{"to":"c"}', *routes)
    assert [message.input for message in routed.messages] == ["b", "a"]
    assert [(problem.line, problem.reason.code) for problem in routed.problems] == [(2, "NoRoute")]
    assert len(route('{"to":"b"}\n{"to":"c"}', *routes, unrouted="drop").messages) == 1


def test_lines_that_no_route_takes_are_dropped() -> None:
    routed = route('{"n":0}\n{"n":1}', {**TO_A, "when": "body.a"}, unrouted="drop")
    assert (routed.messages, routed.problems) == ((), ())


def test_bytes_route_sends_a_line_as_it_came() -> None:
    routed = route('{ "n": 0 }\r\nT 20.5\n', BYTES)
    assert [message.payload for message in routed.messages] == [b'{ "n": 0 }', b"T 20.5"]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_lines_are_opened_first(pack: Callable[[bytes], bytes]) -> None:
    assert len(route(base64.b64encode(pack(TWO)).decode()).messages) == 2
    assert len(route(base64.b64encode(TWO).decode(), bodyEncoding="base64").messages) == 2
    entry = kinesis_entry(pack(TWO))
    assert len(route_entry(make_config(bodyFormat=LINES), entry).messages) == 2


@pytest.mark.parametrize("envelope", ["sns", "auto"])
def test_lines_of_a_notification(envelope: str) -> None:
    body = json.dumps({**NOTIFICATION, "Message": TWO.decode()})
    routed = route(body, {**TO_A, "keyFrom": "envelope.TopicArn"}, envelope=envelope)
    assert payloads(routed) == [{"n": 0}, {"n": 1}]
    assert {message.key for message in routed.messages} == {NOTIFICATION["TopicArn"]}


def test_lines_without_the_envelope_of_auto() -> None:
    assert len(route(TWO.decode(), envelope="auto").messages) == 2
    assert len(route('{"n":0}', envelope="auto").messages) == 1


def test_event_detail_is_one_line() -> None:
    (only,) = route(json.dumps(EVENT), envelope="eventbridge").messages
    assert (only.line, only.id) == (0, "m-1-0")


@pytest.mark.parametrize(
    ("body", "keys", "code"),
    [
        (base64.b64encode(gzip.compress(TWO, mtime=0)[:-9]).decode(), {}, "BadCompression"),
        (base64.b64encode(gzip.compress(TWO, mtime=0)).decode(), {"maxDecompressedBytes": 8}, "TooLarge"),
        ('{"n":0}', {"envelope": "sns"}, "BadEnvelope"),
    ],
)
def test_unreadable_record_is_rejected_whole(body: str, keys: dict[str, Any], code: str) -> None:
    (problem,) = route(body, **keys).problems
    assert (problem.reason.code, problem.line) == (code, None)


def test_unreadable_record_is_for_a_bytes_route() -> None:
    """As without lines: what is null for `when` may be sent as it came."""
    routed = route("{}", {**TO_A, "when": "body.n"}, BYTES, envelope="sns")
    assert [problem.reason.code for problem in routed.problems] == ["BadEnvelope"]
    damaged = base64.b64encode(gzip.compress(TWO, mtime=0)[:-9]).decode()
    routed = route(damaged, {**TO_A, "when": "body.n"}, BYTES)
    assert [(message.payload, message.line) for message in routed.messages] == [(damaged.encode(), None)]


def test_aggregates_have_lines_too() -> None:
    entry = kinesis_entry(aggregate([("a", TWO), ("b", b'{"n":2}')]))
    routed = Scenario({"routes": [TO_A], "bodyFormat": LINES}, [entry]).routed
    messages = [message for part in routed for message in part.messages]
    assert [(message.key, message.id[-2:]) for message in messages] == [("a", "-0"), ("a", "-1"), ("b", "-0")]
    assert [payload["n"] for part in routed for payload in payloads(part)] == [0, 1, 2]


def test_line_ids_of_the_lines_themselves() -> None:
    assert [message.id for message in route('{"id":"x"}\n{"id":"y"}', ROUTE).messages] == ["x", "y"]


def test_line_ids_of_other_content_get_the_line() -> None:
    routed = route('{"id":"x","n":0}\n{"id":"y"}\n{"id":"x","n":1}', ROUTE)
    assert [message.id for message in routed.messages] == ["x-0", "y", "x-2"]


def test_line_ids_of_elements_get_line_and_index() -> None:
    body = '[{"id":"x","n":0},{"id":"y"}]\n[{"id":"x","n":1}]'
    routed = route(body, {**TO_A, "split": "body", "messageIdFrom": "item.id"})
    assert [message.id for message in routed.messages] == ["x-0-0", "y", "x-1-0"]


def test_line_problems_are_limited() -> None:
    routed = route("{\n" * (MAX_LINE_PROBLEMS + 5) + '{"n":0}')
    assert len(routed.problems) == MAX_LINE_PROBLEMS
    assert routed.problems[-1].omitted == 5
    assert payloads(routed) == [{"n": 0}]


# through the whole function

GOOD, BAD = '{"id":"a","key":"k"}\n{\n{"id":"b","key":"k"}', "{\n["
SOURCES = pytest.mark.parametrize("source", [sqs, fifo, kinesis])


@SOURCES
def test_record_with_a_bad_line_is_stored_whole(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: Any
) -> None:
    function = make_function(rejected_queue=True, bodyFormat=LINES)
    report = function.handle(*source(GOOD, '{"id":"c","key":"k"}'))
    assert endpoint.accepted_ids() == ["a", "b", "c"]
    assert (report.response.body, report.response.rejected) == ({"batchItemFailures": []}, 1)
    (document,) = map(json.loads, function.rejects.bodies)
    assert (document["data"], document["otherLinesSent"]) == (GOOD, True)
    assert [(entry["index"], entry["code"]) for entry in document["rejected"]] == [(1, "BadJson")]


@SOURCES
def test_record_with_a_bad_line_comes_back(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: Any
) -> None:
    function = make_function(bodyFormat=LINES)
    entries = source('{"id":"z","key":"k"}', GOOD, '{"id":"c","key":"k"}')
    named = function.failures(*entries)
    assert named[0] == entries[1].get("messageId", entries[1].get("kinesis", {}).get("sequenceNumber"))
    assert endpoint.accepted_ids()[:3] == ["z", "a", "b"]
    assert function.failures(*entries) == named
    assert len(endpoint.accepted_ids()) == len(set(endpoint.accepted_ids())), "the target knows the ids"


@SOURCES
def test_record_with_an_unfinished_line_is_not_stored(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint, source: Any
) -> None:
    endpoint.fail_entry("InternalFailureException", message="b", times=1)
    function = make_function(rejected_queue=True, bodyFormat=LINES, retries=0)
    entries = source(GOOD)
    assert len(function.failures(*entries)) == 1
    assert function.rejects.bodies == []
    assert function.failures(*entries) == []
    assert (endpoint.accepted_ids(), len(function.rejects.bodies)) == (["a", "b"], 1)


def test_refused_line_is_named(make_function: MakeFunction, endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail_entry("InvalidRequestException", message="m-0-1-2")
    function = make_function(
        rejected_queue=True, bodyFormat=LINES, routes=[{"inputName": "telemetry", "split": "body"}]
    )
    assert function.failures(*sqs("[{}]\n[{},{},{}]\n7")) == []
    (document,) = map(json.loads, function.rejects.bodies)
    named = [(entry["index"], entry.get("element"), entry["code"]) for entry in document["rejected"]]
    assert sorted(named, key=str) == [(1, 2, "Refused"), (2, None, "NotAnArray")]
    assert len(endpoint.accepted()) == 3


def test_line_with_a_known_id_is_rejected_alone(
    make_function: MakeFunction, endpoint: faults.FaultyEndpoint
) -> None:
    function = make_function(rejected_queue=True, bodyFormat=LINES)
    entries = sqs('{"id":"a","n":0}', '{"id":"a","n":1}\n{"id":"b"}', '{"id":"b","n":2}\n{"id":"c"}')
    assert function.failures(*entries) == []
    assert endpoint.accepted_ids() == ["a", "b", "c"]
    documents = [json.loads(body) for body in function.rejects.bodies]
    assert [[entry["index"] for entry in document["rejected"]] for document in documents] == [[0], [0]]


def test_record_of_one_bad_line_names_it(make_function: MakeFunction) -> None:
    function = make_function(rejected_queue=True, bodyFormat=LINES)
    assert function.failures(*sqs(BAD)) == []
    (document,) = function.rejects.records
    assert document.other_lines_sent
    assert [(problem.line, problem.index) for problem in document.problems] == [(0, 0), (1, 0)]
