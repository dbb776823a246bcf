"""The endpoint fails as it is told to, and says what it saw."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import IncompleteRead, RemoteDisconnected
from time import monotonic, sleep

import pytest

from local import faults
from tests.support.iotevents.calls import message, put, send


@pytest.fixture(scope="module")
def shared() -> Iterator[faults.FaultyEndpoint]:
    with faults.FaultyEndpoint(["Rooms"]) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared: faults.FaultyEndpoint) -> faults.FaultyEndpoint:
    shared.reset()
    return shared


@pytest.mark.parametrize(
    ("fault", "status", "code", "stored"),
    [
        (faults.throttled(), 429, "ThrottlingException", []),
        (faults.unavailable(), 503, "ServiceUnavailableException", []),
        (faults.unavailable(stored=True), 503, "ServiceUnavailableException", ["a"]),
        (faults.failed(), 500, "InternalFailureException", []),
        (faults.failed(stored=True), 500, "InternalFailureException", ["a"]),
        (faults.forbidden(), 403, "AccessDeniedException", []),
        (faults.refused(), 400, "InvalidRequestException", []),
        (faults.bare_400(), 400, None, []),
        (faults.slow(0.01, then=faults.throttled()), 429, "ThrottlingException", []),
    ],
    ids=lambda one: one.name if isinstance(one, faults.Fault) else "",
)
def test_fault_answers_an_error(
    endpoint: faults.FaultyEndpoint, fault: faults.Fault, status: int, code: str | None, stored: list[str]
) -> None:
    endpoint.fail(fault)
    answer = put(endpoint.url, message("a"))
    assert (answer.status, answer.error) == (status, code)
    assert endpoint.accepted_ids() == stored
    assert (endpoint.calls[0].status, endpoint.calls[0].fault) == (status, fault.name)


@pytest.mark.parametrize("kind", faults.ODD_BODIES)
@pytest.mark.parametrize("stored", [False, True])
def test_fault_answers_an_odd_body(endpoint: faults.FaultyEndpoint, kind: str, stored: bool) -> None:
    endpoint.fail(faults.odd_body(kind, stored=stored))
    answer = put(endpoint.url, message("a"))
    assert (answer.status, answer.body) == (200, faults.ODD_BODIES[kind])
    assert endpoint.accepted_ids() == (["a"] if stored else [])


def test_fault_answers_null_entries(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.null_entries())
    assert put(endpoint.url, message("a")).document == {"BatchPutMessageErrorEntries": None}
    assert endpoint.accepted_ids() == ["a"]


def test_fault_answers_a_foreign_entry(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.foreign_entry("other"))
    assert put(endpoint.url, message("a")).entries == [("other", "InvalidRequestException")]
    assert endpoint.accepted_ids() == ["a"]


@pytest.mark.parametrize(("stored", "found"), [(False, []), (True, ["a"])])
def test_fault_resets_the_connection(endpoint: faults.FaultyEndpoint, stored: bool, found: list[str]) -> None:
    endpoint.fail(faults.reset(stored=stored))
    with pytest.raises(ConnectionResetError) as raised:
        put(endpoint.url, message("a"))
    assert not isinstance(raised.value, RemoteDisconnected)
    assert endpoint.accepted_ids() == found


def test_fault_cuts_the_answer(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.cut())
    with pytest.raises((ConnectionResetError, IncompleteRead)):
        put(endpoint.url, message("a"))
    assert endpoint.accepted_ids() == ["a"]


@pytest.mark.parametrize("fault", [faults.slow(0.05), faults.slow(0.05, stored=True), faults.drip(0.002)])
def test_fault_is_slow(endpoint: faults.FaultyEndpoint, fault: faults.Fault) -> None:
    endpoint.fail(fault)
    begun = monotonic()
    assert put(endpoint.url, message("a")).entries == []
    assert monotonic() - begun >= 0.05
    assert endpoint.accepted_ids() == ["a"]


def test_rules_choose_messages(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.refused(), message="b")
    endpoint.fail(faults.throttled(), message=lambda one: one.payload == b'{"id": "c"}')
    answers = [put(endpoint.url, message("a"), message(last)) for last in ("x", "b", "c", "b")]
    assert [one.status for one in answers] == [200, 400, 429, 400]


def test_rules_choose_calls_and_times(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.throttled(), calls=range(1, 5), times=2)
    endpoint.fail(faults.failed(), calls={0, 1, 5})
    assert [put(endpoint.url, message("a")).status for _ in range(7)] == [500, 429, 429, 200, 200, 500, 200]


def test_plan_goes_by_call_number(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.plan([None, faults.throttled(), faults.odd_body("object")])
    answers = [put(endpoint.url, message(one)) for one in "abcd"]
    assert [one.status for one in answers] == [200, 429, 200, 200]
    assert endpoint.accepted_ids() == ["a", "d"]
    assert [one.fault for one in endpoint.calls] == [None, "429 ThrottlingException", "body object", None]


def test_entries_fail_beside_the_rest(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail_entry("ThrottlingException", message="a", times=1)
    endpoint.fail_entry("NobodyKnows", message="b", stored=True)
    endpoint.fail_entry(None, message="c", message_id=None, times=1)
    call = [message(one) for one in "abcd"] + [message("e", input_name="Nowhere")]
    entries = put(endpoint.url, *call).document["BatchPutMessageErrorEntries"]
    assert [(one.get("messageId"), one.get("errorCode")) for one in entries] == [
        ("e", "ResourceNotFoundException"),
        ("a", "ThrottlingException"),
        ("b", "NobodyKnows"),
        (None, None),
    ]
    assert endpoint.accepted_ids() == ["b", "d"]
    assert put(endpoint.url, message("a"), message("c")).entries == []
    assert endpoint.accepted_ids() == ["b", "d", "a", "c"]


def test_entries_of_all_messages_fail(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail_entry("InternalFailureException")
    assert put(endpoint.url, message("a"), message("b")).entries == [
        ("a", "InternalFailureException"),
        ("b", "InternalFailureException"),
    ]
    assert endpoint.accepted() == []


def test_calls_are_recorded(endpoint: faults.FaultyEndpoint) -> None:
    put(endpoint.url, message("a"), message("b", {"n": 1}, "Other"))
    send(endpoint.url, b"{")
    first, second = endpoint.calls
    assert (first.ids, first.inputs, first.status, first.in_flight) == (
        ("a", "b"),
        ("Rooms", "Other"),
        200,
        1,
    )
    assert first.messages[1].payload == b'{"n": 1}'
    assert first.ended is not None
    assert first.began <= first.ended <= second.began
    assert (second.ids, second.status) == ((), 400)


def test_calls_in_flight_are_counted(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.slow(0.2))
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda one: put(endpoint.url, message(one)), "abc"))
    assert sorted(one.in_flight for one in endpoint.calls) == [1, 2, 3]


def test_reset_gives_open_calls_up(endpoint: faults.FaultyEndpoint, caplog: pytest.LogCaptureFixture) -> None:
    endpoint.fail(faults.slow(30))
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(put, endpoint.url, message("a"))
        while not endpoint.calls:
            sleep(0.005)
        endpoint.reset()
        assert isinstance(call.exception(5), ConnectionResetError)
    assert put(endpoint.url, message("b")).entries == []
    assert endpoint.accepted_ids() == ["b"]
    assert [one.number for one in endpoint.calls] == [0]
    assert caplog.text == ""


def test_reset_takes_callers_that_have_left(
    endpoint: faults.FaultyEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint.fail(faults.slow(30))
    host, port = endpoint.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)))) as caller:
        caller.sendall(b"POST /inputs/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")
        while not endpoint.calls:
            sleep(0.005)
    sleep(0.02)
    endpoint.reset()
    assert (endpoint.calls, caplog.text) == ([], "")


def test_clock_is_the_tests_own(endpoint: faults.FaultyEndpoint) -> None:
    endpoint.clock = lambda: 1_700_000_000_000
    put(endpoint.url, message("a"))
    assert endpoint.accepted()[0].time == 1_700_000_000_000


def test_endpoint_starts_and_stops_quickly() -> None:
    begun = monotonic()
    with faults.FaultyEndpoint(["Rooms"]) as endpoint:
        put(endpoint.url, message("a"))
    assert monotonic() - begun < 3
