"""Detectors over HTTP: messages make them, and the data plane shows, changes and deletes them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.iotevents.calls import (
    Answer,
    ask,
    delete,
    deleted,
    describe,
    message,
    put,
    send,
    state_of,
    update,
    updated,
)
from tests.support.iotevents.live import Clock, Live, T, live
from tests.support.iotevents.live_models import (
    counting,
    event,
    input_document,
    model_document,
    set_timer,
    set_variable,
    state,
)

ALERT = event("alert", "$input.Rooms.t > 30", to="Hot")
COOL = event("cool", "$input.Rooms.t <= 30", to="Cool")
SENT = [
    set_variable("last", "$input.Rooms.t"),
    set_variable("text", "'01'"),
    set_variable("flag", "true"),
    set_timer("wait", 180),
]
ROOM = model_document(
    "Room",
    [
        state("Cool", events=[event("keep", "currentInput('Rooms')", *SENT)], transitions=[ALERT], leave=[]),
        state("Hot", enter=[event("enter", None, set_variable("entered", "1"))], transitions=[COOL]),
    ],
    "k",
)
HOUSE = model_document("House", [state("Idle", events=[event("e", "$input.Rooms.t > 0")])], None)
FLOOR = model_document("Floor", [state("Idle", events=[event("e", "$input.Floors.t > 0")])], "floor.id")
BOTH = model_document("Both", [state("Idle", events=[event("e", "$input.Floors.t > 0")])], "building")
DOCUMENTS = [
    input_document("Rooms", "k", "t"),
    input_document("Floors", "floor.id", "building", "t"),
    input_document("Unused", "t"),
    ROOM,
    HOUSE,
    FLOOR,
    BOTH,
]


@pytest.fixture
def server() -> Iterator[Live]:
    with live(DOCUMENTS) as served:
        yield served


def tell(server: Live, id: str, key: str, t: object = 20) -> None:
    assert put(server.url, message(id, {"k": key, "t": t})).entries == []


def error(answer: Answer) -> tuple[int, str | None, str]:
    return answer.status, answer.error, answer.document["message"]


def entries(answer: Answer, name: str) -> list[tuple[str, str]]:
    """Ids and codes of the error entries; they are all that the answer has."""
    assert (answer.status, set(answer.document)) == (200, {name})
    for one in answer.document[name]:
        assert set(one) == {"messageId", "errorCode", "errorMessage"}
    return [(one["messageId"], one["errorCode"]) for one in answer.document[name]]


# DescribeDetector


def test_describe_shows_the_detector(server: Live) -> None:
    tell(server, "a", "r1", 20)
    server.clock.now = T + 1_234
    tell(server, "b", "r1", 2.0)
    detector = describe(server.url, "Room", "r1").document["detector"]
    variables = {one["name"]: one["value"] for one in detector["state"].pop("variables")}
    assert variables == {"last": "2.0", "text": '"01"', "flag": "true"}
    assert detector == {
        "detectorModelName": "Room",
        "keyValue": "r1",
        "detectorModelVersion": "1",
        # Whole seconds: T + 1 234 ms + 180 s, cut.
        "state": {
            "stateName": "Cool",
            "timers": [{"name": "wait", "timestamp": (T + 1_234 + 180_000) // 1000}],
        },
        "creationTime": T / 1000,
        "lastUpdateTime": (T + 1_234) / 1000,
    }


def test_describe_shows_a_detector_without_a_key(server: Live) -> None:
    tell(server, "a", "r1")
    detector = describe(server.url, "House").document["detector"]
    assert ("keyValue" in detector, detector["state"]["stateName"]) == (False, "Idle")


def test_describe_shows_timers_by_message_clock() -> None:
    with live(DOCUMENTS, message_time=True) as server:
        hour = 3_600_000
        for number, key in enumerate(["r1", "r2", "r1"]):
            stamp = {"timeInMillis": T - hour + number * 60_000}
            assert put(server.url, message(f"m{number}", {"k": key, "t": 20}, timestamp=stamp)).entries == []
        shown = [describe(server.url, "Room", key).document["detector"]["state"] for key in ("r1", "r2")]
        assert [one["timers"] for one in shown] == [
            [{"name": "wait", "timestamp": (T - hour + seconds * 1000) / 1000}] for seconds in (300, 240)
        ]


@pytest.mark.parametrize("end", ["", "/"])
def test_queries_are_answered_with_and_without_a_slash(server: Live, end: str) -> None:
    tell(server, "a", "r:1")
    described = ask(server.url, f"/detectors/Room/keyValues{end}", keyValue="r:1")
    listed = ask(server.url, f"/detectors/Room{end}")
    assert (described.status, listed.status) == (200, 200)
    assert described.document["detector"]["keyValue"] == "r:1"
    assert listed.document["detectorSummaries"][0]["keyValue"] == "r:1"


@pytest.mark.parametrize(
    ("model", "key"), [("Room", "no"), ("Room", None), ("No", "r1"), ("House", "r1"), ("House", None)]
)
def test_describe_of_what_is_not_there(server: Live, model: str, key: str | None) -> None:
    status, code, text = error(describe(server.url, model, key))
    assert (status, code) == (404, "ResourceNotFoundException")
    assert text.endswith("not found")


@pytest.mark.parametrize(
    ("path", "parameters", "place"),
    [
        ("/detectors/a.b/keyValues", {}, "detectorModelName"),
        ("/detectors/Room/keyValues", {"keyValue": "a/b"}, "keyValue"),
        ("/detectors/Room/keyValues", {"keyValue": ""}, "keyValue"),
        ("/detectors/Room/keyValues", {"keyValue": "x" * 129}, "keyValue"),
        (f"/detectors/{'x' * 129}", {}, "detectorModelName"),
        ("/detectors/Room", {"maxResults": "0"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "251"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "many"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "-1"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "²"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "1.5"}, "maxResults"),
        ("/detectors/Room", {"maxResults": "9" * 5000}, "maxResults"),
        ("/detectors/Room", {"stateName": ""}, "stateName"),
        ("/detectors/Room", {"nextToken": "made up"}, "nextToken"),
        ("/detectors/Room", {"nextToken": "ü"}, "nextToken"),
    ],
)
def test_query_is_refused(server: Live, path: str, parameters: dict[str, str], place: str) -> None:
    status, code, text = error(ask(server.url, path, **parameters))
    assert (status, code) == (400, "InvalidRequestException")
    assert text.startswith("1 validation error detected: Value '")
    assert f"at '{place}' failed to satisfy constraint: Member must" in text


# ListDetectors


def test_list_goes_in_pages(server: Live) -> None:
    for n in range(5):
        tell(server, f"m{n}", f"r{n}")
    seen, token = list[str](), None
    for size in (2, 2, 1):
        more: dict[str, Any] = {} if token is None else {"nextToken": token}
        page = ask(server.url, "/detectors/Room", maxResults=2, **more).document
        assert len(page["detectorSummaries"]) == size
        seen += [one["keyValue"] for one in page["detectorSummaries"]]
        token = page.get("nextToken")
    assert (seen, token) == (["r0", "r1", "r2", "r3", "r4"], None)


def test_list_shows_summaries(server: Live) -> None:
    tell(server, "a", "r1")
    assert ask(server.url, "/detectors/Room").document == {
        "detectorSummaries": [
            {
                "detectorModelName": "Room",
                "keyValue": "r1",
                "detectorModelVersion": "1",
                "state": {"stateName": "Cool"},
                "creationTime": T / 1000,
                "lastUpdateTime": T / 1000,
            }
        ]
    }


def test_list_filters_by_state(server: Live) -> None:
    for n in range(4):
        tell(server, f"m{n}", f"r{n}", 40 if n % 2 else 20)
    page = ask(server.url, "/detectors/Room", stateName="Hot", maxResults=1).document
    assert [one["keyValue"] for one in page["detectorSummaries"]] == ["r1"]
    page = ask(server.url, "/detectors/Room", stateName="Hot", nextToken=page["nextToken"]).document
    assert [one["keyValue"] for one in page["detectorSummaries"]] == ["r3"]
    assert ask(server.url, "/detectors/Room", stateName="None").document == {"detectorSummaries": []}


def test_list_of_no_model_and_of_no_detectors(server: Live) -> None:
    assert error(ask(server.url, "/detectors/No"))[:2] == (404, "ResourceNotFoundException")
    assert ask(server.url, "/detectors/Room").document == {"detectorSummaries": []}


def test_list_has_250_on_a_page(server: Live) -> None:
    for n in range(0, 260, 10):
        put(server.url, *(message(f"m{i}", {"k": f"r{i:03}", "t": 1}) for i in range(n, n + 10)))
    first = ask(server.url, "/detectors/Room").document
    second = ask(server.url, "/detectors/Room", nextToken=first["nextToken"]).document
    assert (len(first["detectorSummaries"]), len(second["detectorSummaries"])) == (250, 10)


# BatchPutMessage


def test_message_reaches_every_model_of_its_input(server: Live) -> None:
    tell(server, "a", "r1")
    assert state_of(server.url, "Room", "r1")[0] == "Cool"
    assert state_of(server.url, "House")[0] == "Idle"


def test_message_without_key_of_a_model_reaches_none(server: Live) -> None:
    call = [
        message("good", {"floor": {"id": 1}, "building": "b"}, "Floors"),
        message("half", {"floor": {"id": 2}}, "Floors"),
        message("wrong", {"floor": {"id": True}, "building": "b"}, "Floors"),
        message("pattern", {"floor": {"id": 3}, "building": "a/b"}, "Floors"),
        message("last", {"floor": {"id": 4}, "building": "b"}, "Floors"),
    ]
    answer = put(server.url, *call)
    assert answer.entries == [(one, "InvalidRequestException") for one in ("half", "wrong", "pattern")]
    text = answer.document["BatchPutMessageErrorEntries"][0]["errorMessage"]
    assert text == "The payload has no building, which is the key of a detector"
    found = ask(server.url, "/detectors/Floor").document["detectorSummaries"]
    assert [one["keyValue"] for one in found] == ["1", "4"]
    # A refused message is not remembered.
    assert put(server.url, message("half", {"floor": {"id": 2}, "building": "b"}, "Floors")).entries == []
    assert describe(server.url, "Floor", "2").status == 200


def test_message_that_no_model_uses_is_kept(server: Live) -> None:
    for _ in range(2):
        assert put(server.url, message("a", {"t": 1}, "Unused")).entries == []
    assert server.store.length == 1


def test_number_and_text_are_one_key(server: Live) -> None:
    put(server.url, message("a", {"k": 12, "t": 1}))
    put(server.url, message("b", {"k": "12", "t": 2}))
    assert state_of(server.url, "Room", "12")[1]["last"] == "2"


def test_duplicate_changes_no_detector() -> None:
    with live([input_document("Rooms"), counting()]) as server:
        for now in (T, T + 299_999, T + 300_000):
            server.clock.now = now
            assert put(server.url, message("a", {"k": "x"})).entries == []
            assert put(server.url, message("a", {"k": "y"})).entries == []
        # Of each detector by itself: the id was seen by x and by y.
        assert state_of(server.url, "Counter", "x")[1] == {"n": "2"}
        assert state_of(server.url, "Counter", "y")[1] == {"n": "2"}


# BatchUpdateDetector


def test_update_replaces_state_variables_and_timers(server: Live) -> None:
    tell(server, "a", "r1")
    server.clock.now = T + 5_000
    entry = updated("u", "Room", "r1", "Hot", {"last": "15.0", "name": '"x"'}, {"later": 90})
    assert entries(update(server.url, entry), "batchUpdateDetectorErrorEntries") == []
    # Nothing is left of what is not listed, and onEnter of Hot did not run.
    assert state_of(server.url, "Room", "r1") == ("Hot", {"last": "15.0", "name": '"x"'})
    detector = describe(server.url, "Room", "r1").document["detector"]
    assert detector["state"]["timers"] == [{"name": "later", "timestamp": (T + 95_000) / 1000}]
    assert (detector["creationTime"], detector["lastUpdateTime"]) == (T / 1000, (T + 5_000) / 1000)
    tell(server, "b", "r1", 10)
    assert state_of(server.url, "Room", "r1")[0] == "Cool"


def test_update_reports_refused_entries_and_does_rest(server: Live) -> None:
    for n in range(5):
        tell(server, f"m{n}", f"r{n}")
    answer = update(
        server.url,
        updated("good", "Room", "r0", "Hot"),
        updated("key", "Room", "no", "Hot"),
        updated("model", "No", "r0", "Hot"),
        updated("state", "Room", "r1", "No"),
        updated("value", "Room", "r2", "Hot", {"a": "text"}),
        updated("timer", "Room", "r3", "Hot", {}, {"t": 59}),
        updated("last", "Room", "r4", "Hot"),
    )
    assert entries(answer, "batchUpdateDetectorErrorEntries") == [
        ("key", "ResourceNotFoundException"),
        ("model", "ResourceNotFoundException"),
        ("state", "InvalidRequestException"),
        ("value", "InvalidRequestException"),
        ("timer", "InvalidRequestException"),
    ]
    states = [state_of(server.url, "Room", f"r{n}")[0] for n in range(5)]
    assert states == ["Hot", "Cool", "Cool", "Cool", "Hot"]


def test_update_of_too_many_variables_is_refused_whole(server: Live) -> None:
    tell(server, "a", "r1")
    many = {f"v{n}": "1" for n in range(51)}
    answer = update(server.url, updated("a", "Room", "r1", "Hot"), updated("b", "Room", "r1", "Hot", many))
    status, code, text = error(answer)
    assert (status, code) == (400, "InvalidRequestException")
    assert "Number of variables in the detector exceeds the limit 50" in text
    assert state_of(server.url, "Room", "r1")[0] == "Cool"


NAME_PATTERN = "must satisfy regular expression pattern: ^[a-zA-Z0-9_-]+$"
KEY_PATTERN = r"must satisfy regular expression pattern: ^[a-zA-Z0-9\-_:]+$"
BAD_ENTRIES: list[tuple[str, dict[str, Any], str]] = [
    ("messageId", {"messageId": None}, "must not be null"),
    ("messageId", {"messageId": "a b"}, NAME_PATTERN),
    ("detectorModelName", {"detectorModelName": "a.b"}, NAME_PATTERN),
    ("keyValue", {"keyValue": "a/b"}, KEY_PATTERN),
    ("keyValue", {"keyValue": 5}, "must be a string"),
]
BAD_STATES: list[tuple[str, Any, str]] = [
    ("state", None, "must not be null"),
    ("state", [], "must be an object"),
    ("state.stateName", {"variables": [], "timers": []}, "must not be null"),
    ("state.variables", {"stateName": "s", "timers": []}, "must not be null"),
    ("state.timers", {"stateName": "s", "variables": []}, "must not be null"),
    (
        "state.variables.1.member.value",
        {"stateName": "s", "variables": [{"name": "a", "value": "x" * 1025}], "timers": []},
        "must have length less than or equal to 1024",
    ),
    (
        "state.timers.1.member.seconds",
        {"stateName": "s", "variables": [], "timers": [{"name": "a", "seconds": "60"}]},
        "must be an integer",
    ),
]


def assert_refused(answer: Answer, place: str, constraint: str) -> None:
    """Assert that the call was refused for a constraint of its first entry."""
    status, code, text = error(answer)
    assert (status, code) == (400, "InvalidRequestException")
    assert text.startswith("1 validation error detected: Value ")
    assert text.endswith(
        f" at 'detectors.1.member.{place}' failed to satisfy constraint: Member {constraint}"
    )


@pytest.mark.parametrize(("place", "changed", "constraint"), BAD_ENTRIES)
def test_entry_is_refused(server: Live, place: str, changed: dict[str, Any], constraint: str) -> None:
    assert_refused(update(server.url, updated("a", "Room", "r1", "Hot") | changed), place, constraint)
    assert_refused(delete(server.url, deleted("a", "Room", "r1") | changed), place, constraint)


@pytest.mark.parametrize(("place", "changed", "constraint"), BAD_STATES)
def test_state_is_refused(server: Live, place: str, changed: Any, constraint: str) -> None:
    answer = update(server.url, updated("a", "Room", "r1", "Hot") | {"state": changed})
    assert_refused(answer, place, constraint)


def test_entries_with_one_id_are_refused(server: Live) -> None:
    tell(server, "m", "r1")
    for answer in (
        update(server.url, *(updated("a", "Room", "r1", "Hot") for _ in range(2))),
        delete(server.url, *(deleted("a", "Room", "r1") for _ in range(2))),
        update(server.url),
        delete(server.url),
    ):
        assert error(answer)[:2] == (400, "InvalidRequestException")
    assert state_of(server.url, "Room", "r1")[0] == "Cool"


# BatchDeleteDetector


def test_delete_forgets_the_detector(server: Live) -> None:
    tell(server, "a", "r1", 20)
    tell(server, "b", "r1", 40)
    assert state_of(server.url, "Room", "r1")[0] == "Hot"
    assert (
        entries(
            delete(server.url, deleted("x", "Room", "r1"), deleted("y", "House", None)),
            "batchDeleteDetectorErrorEntries",
        )
        == []
    )
    assert describe(server.url, "Room", "r1").status == describe(server.url, "House").status == 404
    assert ask(server.url, "/detectors/Room").document == {"detectorSummaries": []}
    server.clock.now = T + 60_000
    tell(server, "c", "r1", 20)
    detector = describe(server.url, "Room", "r1").document["detector"]
    assert (detector["state"]["stateName"], detector["creationTime"]) == ("Cool", T / 1000 + 60)


def test_delete_tells_what_is_not_there(server: Live) -> None:
    tell(server, "m", "r1")
    answer = delete(
        server.url, deleted("a", "Room", "no"), deleted("b", "Room", "r1"), deleted("c", "No", None)
    )
    assert entries(answer, "batchDeleteDetectorErrorEntries") == [
        ("a", "ResourceNotFoundException"),
        ("c", "ResourceNotFoundException"),
    ]
    assert describe(server.url, "Room", "r1").status == 404


def test_delete_gives_actions_new_ids() -> None:
    with live([input_document("Rooms"), counting()]) as server:
        for n in range(3):
            put(server.url, message(f"m{n}", {"k": "x"}))
            delete(server.url, deleted("d", "Counter", "x"))
        ids = [one.action.id for one in server.store.actions()]
    assert (len(ids), len(set(ids))) == (3, 3)


@pytest.mark.parametrize("end", ["", "/"])
def test_operations_are_answered_with_trailing_slash(server: Live, end: str) -> None:
    for path in ("/detectors", "/detectors/delete"):
        answer = send(server.url, b'{"detectors":[]}', path=path + end)
        assert error(answer)[:2] == (400, "InvalidRequestException")


def test_clock_never_runs_back() -> None:
    with live([input_document("Rooms"), counting()], clock=Clock(T)) as server:
        put(server.url, message("a", {"k": "x"}))
        server.clock.now = T - 60_000
        put(server.url, message("b", {"k": "x"}))
        detector = describe(server.url, "Counter", "x").document["detector"]
    assert detector["lastUpdateTime"] == T / 1000
