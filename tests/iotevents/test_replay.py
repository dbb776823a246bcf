"""Replays: many detectors on a simulated clock, as records."""

import base64
import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iotevents.models import DetectorModel
from iotevents.recordings.messages_file import read_line
from iotevents.recordings.replay import Replay, as_record, replay

from tests.support.iotevents.models import (
    ALWAYS,
    INPUT,
    Document,
    content,
    event,
    model,
    reset_timer,
    set_timer,
    set_variable,
    sns,
    state,
    transition,
)

T = 1_700_000_000_000
COUNT = set_variable("n", "$variable.n + 1")
COUNTER = state(
    "s", event(f"{ALWAYS} && triggerType('Message')", COUNT), enter=[event(None, set_variable("n", "0"))]
)


def line(time: int = 0, message_id: str | None = None, name: str = INPUT, **payload: Any) -> Document:
    """Return a message of the detector k, so many seconds after T."""
    return {
        "time": T + time * 1000,
        "inputName": name,
        "messageId": message_id,
        "payload": {"id": "k", **payload},
    }


def operation(name: str, *entries: Document, time: int = 0) -> Document:
    return {"time": T + time * 1000, "operation": name, "request": {"detectors": list(entries)}}


def target(message_id: str = "r", key: str | None = "k", **members: Any) -> Document:
    return {"messageId": message_id, "detectorModelName": "m", "keyValue": key, **members}


def new_state(name: str, *timers: tuple[str, int], **variables: str) -> Document:
    return {
        "stateName": name,
        "variables": [{"name": one, "value": text} for one, text in variables.items()],
        "timers": [{"name": one, "seconds": seconds} for one, seconds in timers],
    }


def records(models: DetectorModel | Iterable[DetectorModel], *lines: Any, **options: Any) -> list[Document]:
    several = [models] if isinstance(models, DetectorModel) else list(models)
    return list(replay(several, ["In", "Other"], lines, **options))


def shown(found: Iterable[Document], *members: str) -> list[tuple[Any, ...]]:
    return [tuple(one.get(member) for member in members) for one in found]


def test_record_of_a_message() -> None:
    one = model(
        state(
            "a",
            transition(
                "$input.In.v > 1",
                "b",
                set_variable("x", "1.0"),
                set_timer("t"),
                sns(payload=content("'hi'")),
                name="go",
            ),
        ),
        state("b", event(ALWAYS)),
    )
    (record,) = records(one, line(message_id="i-1", v=2))
    (action,) = record["actions"]
    assert record == {
        "time": T,
        "model": "m",
        "key": "k",
        "trigger": "message",
        "input": "In",
        "messageId": "i-1",
        "from": None,
        "to": "b",
        "variables": {"x": 1.0},
        "timers": {"t": T + 60_000},
        "actions": [
            {
                "type": "sns",
                "eventName": "go",
                "id": action["id"],
                "parameters": {"targetArn": "arn:aws:sns:eu-west-1:123456789012:t"},
                "payload": "hi",
            }
        ],
        "conditions": [{"state": "a", "lifeCycle": "OnInput", "eventName": "go", "result": "True"}],
        "errors": [],
    }
    json.dumps(record)


def test_record_of_a_timer_and_of_errors() -> None:
    one = model(
        state("a", event("timeout('t')", set_variable("x", "1 / 0")), enter=[event(ALWAYS, set_timer("t"))])
    )
    found = records(one, line(), until=T + 60_000)
    assert shown(found, "time", "trigger", "input", "messageId", "from", "to") == [
        (T, "message", "In", None, None, "a"),
        (T + 60_000, "timer", None, None, "a", "a"),
    ]
    where = "states[0].onInput.events[0].actions[0].setVariable"
    assert found[1]["errors"] == [{"where": where, "message": "Integer 1 / Integer 0: division by zero"}]


def test_condition_errors_are_in_both_lists() -> None:
    one = model(state("a", event("$input.In.id > 1")))
    (record,) = records(one, line())
    message = "> does not take String 'k' and Integer 1"
    assert record["conditions"][0] | {"result": "Error", "resultDetails": message} == record["conditions"][0]
    assert record["errors"] == [{"where": "states[0].onInput.events[0].condition", "message": message}]


def test_trace_can_be_left_out() -> None:
    (record,) = records(model(COUNTER), line(), trace=False)
    assert record["conditions"] == []
    assert record["variables"] == {"n": 1}


def test_keys_have_detectors_of_their_own() -> None:
    found = records(model(COUNTER), line(id="a"), line(id="b"), line(id="a"), line(id=12), line(id="12"))
    assert [(one["key"], one["variables"]["n"]) for one in found] == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
        ("12", 1),
        ("12", 2),
    ]


def test_model_without_key_has_one_detector() -> None:
    found = records(model(COUNTER, key=None), line(id="a"), line(id="b"))
    assert [(one["key"], one["variables"]["n"]) for one in found] == [(None, 1), (None, 2)]


@pytest.mark.parametrize("key", [None, True, 1.5, [], {}, "", "a.b", "a/b", "x" * 129, "ä"])
def test_wrong_key_refuses_the_message(key: Any) -> None:
    (record,) = records(model(COUNTER), line(id=key, message_id="i"))
    assert shown([record], "time", "input", "messageId") == [(T, "In", "i")]
    assert record["rejected"]["errorCode"] == "InvalidRequestException"


def test_key_may_be_deep() -> None:
    found = records(model(COUNTER, key="a.`b c`"), line(a={"b c": "x"}), line(a=5))
    assert found[0]["key"] == "x"
    assert "has no a.`b c`" in found[1]["rejected"]["errorMessage"]


def test_models_are_evaluated_by_name() -> None:
    found = records([model(COUNTER, detectorModelName=name) for name in ("b", "a", "B")], line())
    assert [one["model"] for one in found] == ["B", "a", "b"]


def test_key_missing_for_one_model_refuses_for_all() -> None:
    models = [model(COUNTER), model(COUNTER, detectorModelName="n", key="other")]
    found = records(models, line(), line(other="x"))
    assert [sorted(one) for one in found[:1]] == [["input", "messageId", "rejected", "time"]]
    assert [one["variables"]["n"] for one in found[1:]] == [1, 1]


def test_message_of_unknown_input() -> None:
    (record,) = records(model(COUNTER), line(name="Nowhere"))
    assert record["rejected"] == {
        "errorCode": "ResourceNotFoundException",
        "errorMessage": "Input of name: Nowhere not found",
    }


def test_message_that_no_model_uses() -> None:
    assert records(model(COUNTER), line(name="Other", message_id="i")) == [
        {"time": T, "input": "Other", "messageId": "i", "unrouted": True}
    ]


def test_duplicates_change_nothing_for_five_minutes() -> None:
    found = records(model(COUNTER), line(0, "i"), line(299, "i"), line(300, "i"), line(301, "i"))
    assert [one.get("duplicate", one.get("variables")) for one in found] == [{"n": 1}, True, {"n": 2}, True]
    assert found[1] == {"time": T + 299_000, "input": "In", "messageId": "i", "duplicate": True}


def test_duplicates_are_those_of_a_detector_and_input() -> None:
    one = model(
        state(
            "s", event(f"{ALWAYS} || $input.Other.a == 1", COUNT), enter=[event(None, set_variable("n", "0"))]
        )
    )
    found = records(
        one,
        line(message_id="i"),
        line(message_id="i", id="b"),
        line(message_id="i", name="Other"),
        line(message_id="i"),
    )
    assert [one.get("duplicate", False) for one in found] == [False, False, False, True]


def test_duplicate_for_one_of_two_models() -> None:
    models = [model(COUNTER), model(COUNTER, detectorModelName="n", key="other")]
    found = records(models, line(message_id="i", other="x"), line(message_id="i", other="y"))
    assert shown(found, "model", "key", "duplicate") == [("m", "k", None), ("n", "x", None), ("n", "y", None)]


def test_messages_without_id_are_no_duplicates() -> None:
    assert [one["variables"]["n"] for one in records(model(COUNTER), line(), line())] == [1, 2]


def test_refused_messages_are_not_remembered() -> None:
    found = records(model(COUNTER), line(message_id="i", id=None), line(message_id="i"))
    assert found[1]["variables"] == {"n": 1}


TICKING = state(
    "s",
    event("timeout('t')", COUNT, reset_timer("t")),
    event(ALWAYS),
    enter=[event(None, set_variable("n", "0"), set_timer("t"))],
)


def test_timers_fire_before_message_at_their_deadlines() -> None:
    found = records(model(TICKING), line(), line(150))
    assert shown(found, "time", "trigger") == [
        (T, "message"),
        (T + 60_000, "timer"),
        (T + 120_000, "timer"),
        (T + 150_000, "message"),
    ]
    assert found[3]["timers"] == {"t": T + 180_000}


def test_timer_at_the_time_of_a_message_fires_first() -> None:
    assert shown(records(model(TICKING), line(), line(60)), "trigger") == [
        ("message",),
        ("timer",),
        ("message",),
    ]


def test_clock_ends_with_the_last_line() -> None:
    assert len(records(model(TICKING), line(), until=T)) == 1
    assert len(records(model(TICKING), line())) == 1
    assert len(records(model(TICKING), line(), until=T + 59_999)) == 1
    assert len(records(model(TICKING), line(), until=T + 600_000)) == 11


def test_timers_of_many_detectors_fire_in_order() -> None:
    models = [model(TICKING, detectorModelName=name) for name in ("b", "a")]
    found = records(models, line(1, id="y"), line(1, id="x"), line(2, id="w"), until=T + 62_000)
    assert shown(found[6:], "time", "model", "key") == [
        (T + 61_000, "a", "x"),
        (T + 61_000, "a", "y"),
        (T + 61_000, "b", "x"),
        (T + 61_000, "b", "y"),
        (T + 62_000, "a", "w"),
        (T + 62_000, "b", "w"),
    ]


def test_timer_that_was_put_off_fires_once() -> None:
    heartbeat = model(
        state(
            "s",
            event("triggerType('Message') && $input.In.id == 'k'", set_timer("t")),
            event("timeout('t')", set_variable("x", "1")),
        )
    )
    found = records(heartbeat, *(line(30 * number) for number in range(5)), until=T + 10**6)
    assert shown(found[5:], "time", "trigger") == [(T + 180_000, "timer")]


def test_earlier_line_runs_at_the_clock() -> None:
    found = records(model(COUNTER), line(10), line(5))
    assert [one["time"] for one in found] == [T + 10_000, T + 10_000]


def test_times_may_be_iso_8601() -> None:
    times = [
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:13:21",
        "2023-11-15T00:13:22.5+02:00",
        "2023-11-14 22:13:23.001",
    ]
    found = records(model(COUNTER), *(line() | {"time": time} for time in times))
    assert [one["time"] - T for one in found] == [0, 1000, 2500, 3001]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1987-03-17T20:54:27.086Z", 543_012_867_086),
        ("2004-03-30T04:26:47.018Z", 1_080_620_807_018),
        ("2038-05-12T17:52:15.996Z", 2_157_299_535_996),
    ],
)
def test_times_keep_their_milliseconds(text: str, time: int) -> None:
    """As seconds they are doubles just below the millisecond."""
    (record,) = records(model(COUNTER), line() | {"time": text})
    assert record["time"] == time


FEEDS = {"iotEvents": {"inputName": "Other", "payload": content('\'{"id": "${$input.In.id}"}\'', "JSON")}}


def test_messages_of_actions_are_evaluated_at_once() -> None:
    models = [
        model(state("s", event("currentInput('In')", FEEDS, FEEDS)), detectorModelName="a"),
        model(
            state("s", event("currentInput('Other')", COUNT), enter=[event(None, set_variable("n", "0"))]),
            detectorModelName="b",
        ),
        model(state("s", event("currentInput('In')", sns())), detectorModelName="c"),
    ]
    found = records(models, line(5))
    assert shown(found, "time", "model", "input") == [
        (T + 5000, "a", "In"),
        (T + 5000, "c", "In"),
        (T + 5000, "b", "Other"),
        (T + 5000, "b", "Other"),
    ]
    assert [one["messageId"] for one in found[2:]] == [action["id"] for action in found[0]["actions"]]
    assert found[3]["variables"] == {"n": 2}


def test_messages_of_actions_fire_due_timers_first() -> None:
    models = [
        model(
            state("s", event("timeout('t')", FEEDS), enter=[event("currentInput('In')", set_timer("t"))]),
            detectorModelName="a",
        ),
        model(
            state("s", event("currentInput('Other')"), enter=[event("currentInput('In')", set_timer("t"))]),
            detectorModelName="b",
        ),
    ]
    found = records(models, line(), until=T + 10**6)
    assert shown(found[2:], "model", "trigger") == [("a", "timer"), ("b", "timer"), ("b", "message")]


def test_messages_of_actions_end_after_ten_generations() -> None:
    payload = content('\'{"id": "k"}\'', "JSON")
    loop = model(state("s", event(ALWAYS, {"iotEvents": {"inputName": "In", "payload": payload}})))
    found = records(loop, line(message_id="i"), line(1, message_id="j"))
    assert len(found) == 24
    assert [one.get("to") for one in found[:12]] == ["s"] * 11 + [None]
    assert found[11]["messageId"] == found[10]["actions"][0]["id"]
    assert "10 messages" in found[11]["rejected"]["errorMessage"]


def test_messages_of_actions_end_however_many_they_are() -> None:
    payload = content('\'{"id": "k"}\'', "JSON")
    loop = model(state("s", event(ALWAYS, *[{"iotEvents": {"inputName": "In", "payload": payload}}] * 10)))
    found = records(loop, line())
    assert len([one for one in found if "rejected" not in one]) == 1001
    assert len([one for one in found if "rejected" in one]) == 1001 * 10 - 1000


@pytest.mark.parametrize(
    ("payload", "code"),
    [(content("'{}'", "JSON"), "InvalidRequestException"), (content("'no JSON'"), "InvalidRequestException")],
)
def test_wrong_messages_of_actions_are_refused(payload: Document, code: str) -> None:
    one = model(
        state("s", event("currentInput('In')", {"iotEvents": {"inputName": "In", "payload": payload}}))
    )
    found = records(one, line())
    assert (found[1]["rejected"]["errorCode"], found[1]["messageId"]) == (code, found[0]["actions"][0]["id"])


def test_default_payload_is_a_message_too() -> None:
    models = [
        model(state("s", event("currentInput('In')", {"iotEvents": {"inputName": "Other"}}))),
        model(
            state("s", event("currentInput('Other')")), detectorModelName="n", key="payload.detector.keyValue"
        ),
    ]
    assert shown(records(models, line()), "model", "key") == [("m", "k"), ("n", "k")]


def test_update_sets_everything_anew() -> None:
    one = model(
        state(
            "a",
            event(
                "$input.In.v == 1",
                set_variable("x", "1"),
                set_variable("y", "1"),
                set_timer("t"),
                set_timer("u"),
            ),
        ),
        state(
            "b",
            event("$input.In.v == 1", set_variable("z", "1")),
            event("timeout('t')", reset_timer("u")),
            enter=[event(None, sns())],
            exit=[event(None, sns())],
        ),
    )
    update = target(state=new_state("b", ("t", 70), x='"01"', w="1.50", f="true"))
    found = records(one, line(v=1), operation("BatchUpdateDetector", update, time=1), until=T + 10**6)
    assert found[1] == {
        "time": T + 1000,
        "model": "m",
        "key": "k",
        "trigger": "operation",
        "input": None,
        "messageId": "r",
        "from": "a",
        "to": "b",
        "variables": {"x": "01", "w": 1.5, "f": True},
        "timers": {"t": T + 71_000},
        "actions": [],
        "conditions": [],
        "errors": [],
    }
    assert found[2]["variables"] == {"x": "01", "w": 1.5, "f": True}
    assert found[2]["timers"] == {"u": T + 131_000}


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        (target(key="other", state=new_state("s")), "ResourceNotFoundException", "key other not found"),
        (target(key=None, state=new_state("s")), "ResourceNotFoundException", "model m not found"),
        (target(state=new_state("nowhere")), "InvalidRequestException", "no state nowhere"),
        (target(state=new_state("s", ("t", 59))), "InvalidRequestException", "less than 60"),
        (target(state=new_state("s", ("t", 31_622_401))), "InvalidRequestException", "greater than"),
        (
            target(state=new_state("s", n="text")),
            "InvalidRequestException",
            "variable n must be the JSON text",
        ),
        (target(state=new_state("s", n="null")), "InvalidRequestException", "variable n must be a number"),
        (target(state=new_state("s", n="[1]")), "InvalidRequestException", "variable n must be a number"),
        (target(state=new_state("s", n="1e999")), "InvalidRequestException", "variable n must be"),
        (target(state=new_state("s", n=str(2**63))), "InvalidRequestException", "beyond 64 bit"),
        (target(state=new_state("s", n='"\\ud800"')), "InvalidRequestException", "surrogate"),
    ],
)
def test_update_entry_is_refused(entry: Document, code: str, words: str) -> None:
    good = target("good", state=new_state("s"))
    found = records(model(COUNTER), line(), operation("BatchUpdateDetector", entry, good))
    assert found[1]["rejected"]["errorCode"] == code
    assert words in found[1]["rejected"]["errorMessage"]
    assert shown(found[1:], "messageId", "model", "to") == [("r", "m", None), ("good", "m", "s")]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (None, "at 'body'"),
        ({}, "Member must not be null"),
        ({"detectors": []}, "greater than or equal to 1"),
        ({"detectors": {}}, "must be a list"),
        ({"detectors": [5]}, "must be an object"),
        ({"detectors": [target("a b", state=new_state("s"))]}, "regular expression"),
        ({"detectors": [target(key="a.b", state=new_state("s"))]}, "detectors.1.member.keyValue"),
        ({"detectors": [target()]}, "detectors.1.member.state"),
        ({"detectors": [target(state={"stateName": "s", "variables": []})]}, "member.state.timers"),
        ({"detectors": [target(state=new_state("s", **{"a-b": "1"}))]}, "variables.1.member.name"),
        ({"detectors": [target(state=new_state("s", x="1" * 1025))]}, "variables.1.member.value"),
        (
            {"detectors": [target(state=new_state("s", **{f"v{n}": "1" for n in range(51)}))]},
            "exceeds the limit 50",
        ),
        ({"detectors": [target(state=new_state("s"))] * 2}, "unique"),
    ],
)
def test_update_call_is_refused(request_: Any, words: str) -> None:
    call = {"time": T, "operation": "BatchUpdateDetector", "request": request_}
    found = records(model(COUNTER), line(), call)
    assert len(found) == 2
    assert words in found[1]["rejected"]["errorMessage"]


def test_delete_makes_a_fresh_start() -> None:
    one = model(
        state(
            "s",
            event(ALWAYS, COUNT, sns()),
            event("timeout('t')", sns()),
            enter=[event(None, set_variable("n", "0"), set_timer("t"))],
        )
    )
    found = records(
        one, line(), operation("BatchDeleteDetector", target(), target("again")), line(1), until=T + 61_000
    )
    assert shown(found, "trigger", "from", "to", "variables", "timers") == [
        ("message", None, "s", {"n": 1}, {"t": T + 60_000}),
        ("operation", "s", None, {}, {}),
        (None, None, None, None, None),
        ("message", None, "s", {"n": 1}, {"t": T + 61_000}),
        ("timer", "s", "s", {"n": 2}, {}),
    ]
    assert found[2]["rejected"]["errorCode"] == "ResourceNotFoundException"
    assert found[0]["actions"][0]["id"] != found[3]["actions"][0]["id"]


def test_put_message_operation() -> None:
    def entry(message_id: str, payload: bytes) -> Document:
        return {"messageId": message_id, "inputName": "In", "payload": base64.b64encode(payload).decode()}

    messages = [entry("a", b'{"id": "k"}'), entry("b", b"{"), entry("a1", b'{"id": 5}')]
    call = {"time": T, "operation": "BatchPutMessage", "request": {"messages": messages}}
    found = records(model(COUNTER), call)
    assert shown(found, "messageId", "key") == [("a", "k"), ("b", None), ("a1", "5")]
    assert "not JSON" in found[1]["rejected"]["errorMessage"]


@pytest.mark.parametrize("name", ["DescribeDetector", "BatchResetAlarm", "NoSuchOperation"])
def test_other_operations_are_refused(name: str) -> None:
    (record,) = records(model(COUNTER), {"time": T, "operation": name, "request": {}})
    assert record["rejected"]["errorCode"] == "UnsupportedOperationException"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "5",
        "[]",
        "{}",
        '{"time": 5}',
        '{"time": -1, "inputName": "In", "payload": {}}',
        '{"time": true, "inputName": "In", "payload": {}}',
        '{"time": "yesterday", "inputName": "In", "payload": {}}',
        '{"time": 253402300800000, "inputName": "In", "payload": {}}',
        '{"inputName": "In", "payload": {}}',
        '{"time": 5, "inputName": 5, "payload": {}}',
        '{"time": 5, "inputName": "In", "payload": "{}"}',
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": 1e999}}',
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": NaN}}',
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": 9223372036854775808}}',
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": "\\ud800"}}',
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": ' + "[" * 101 + "]" * 101 + "}}",
        '{"time": 5, "inputName": "In", "payload": {"id": "k", "v": ' + "[" * 10**5 + "]" * 10**5 + "}}",
        '{"time": 5, "inputName": "In", "payload": {"v": ' + "1" * 5000 + "}}",
        '{"time": 5, "inputName": "In", "messageId": "a b", "payload": {"id": "k"}}',
        '{"time": 5, "operation": 5}',
        '{"time": 5, "operation": "BatchDeleteDetector", "request": {"a": 1e999}}',
    ],
)
def test_bad_line_gives_a_record_and_the_rest_goes_on(text: str) -> None:
    found = records(model(COUNTER), read_line(text), read_line(json.dumps(line())))
    assert found[0]["rejected"]["errorCode"] == "InvalidRequestException"
    assert found[1]["variables"] == {"n": 1}


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 1e308, "\U0001f600", "NaN 1e999 Infinity"])
def test_values_at_the_limits_are_taken(value: Any) -> None:
    one = model(state("s", event(ALWAYS, set_variable("x", "$input.In.v"))))
    (record,) = records(one, read_line(json.dumps(line(v=value))))
    assert record["variables"] == {"x": value}


LINES = st.lists(
    st.tuples(
        st.integers(0, 90), st.sampled_from("kq"), st.sampled_from([None, "a", "b"]), st.integers(0, 2)
    ).map(lambda one: line(one[0], one[2], id=one[1], v=one[3])),
    max_size=12,
)
LIVELY = model(
    state(
        "a",
        event("$input.In.v == 1", set_timer("t"), COUNT),
        transition("$input.In.v == 2 || timeout('t')", "b", sns()),
        enter=[event(None, set_variable("n", "0"))],
    ),
    state(
        "b", event(ALWAYS, sns()), transition("timeout('t')", "a"), enter=[event(None, set_timer("t", "61"))]
    ),
)


@given(LINES)
def test_replay_twice_is_the_same(lines: list[Document]) -> None:
    assert records(LIVELY, *lines, until=T + 10**6) == records(LIVELY, *lines, until=T + 10**6)


@given(LINES, st.integers(0, 12))
def test_replay_in_two_parts_is_the_same(lines: list[Document], cut: int) -> None:
    run = Replay([LIVELY], [INPUT])
    parts = [lines[:cut], lines[cut:]]
    found = [as_record(entry) for part in parts for one in part for entry in run.take(one)]
    assert found == records(LIVELY, *lines)


@given(LINES)
def test_action_ids_are_unique(lines: list[Document]) -> None:
    found = records(LIVELY, *lines, until=T + 10**6)
    ids = [action["id"] for one in found for action in one.get("actions", ())]
    assert len(ids) == len(set(ids))


@given(LINES)
def test_records_are_in_time_order(lines: list[Document]) -> None:
    times = [one["time"] for one in records(LIVELY, *lines, until=T + 10**6)]
    assert times == sorted(times)
