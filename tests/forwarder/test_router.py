import base64
import gzip
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
from forwarder.config.config import Config, parse_config
from forwarder.errors import ConfigError
from forwarder.reasons import RECORD_CODES, Reason
from forwarder.records import Message, Problem
from forwarder.routing.message_ids import derived_id
from forwarder.routing.router import MAX_PROBLEMS, route_record
from hypothesis import given
from hypothesis import strategies as st

from tests.forwarder.test_envelopes import EVENT, EVENT_HEAD, NOTIFICATION, SNS_HEAD
from tests.support.forwarder.aggregates import aggregate
from tests.support.forwarder.records import (
    ARRIVAL,
    FIFO,
    kinesis_entry,
    make_config,
    read,
    route_body,
    route_entry,
    sqs_entry,
)

TO_A = {"inputName": "a"}
BYTES = {"inputName": "a", "format": "bytes"}


def message(body: str, *routes: dict[str, Any], **keys: Any) -> Message:
    (only,) = route_body(body, *routes, **keys).messages
    return only


def problem(body: str, *routes: dict[str, Any], **keys: Any) -> Problem:
    routed = route_body(body, *routes, **keys)
    assert routed.messages == ()
    (only,) = routed.problems
    return only


def payload(body: str, *routes: dict[str, Any], **keys: Any) -> Any:
    return json.loads(message(body, *routes, **keys).payload)


def seen(entry: dict[str, Any], **keys: Any) -> Any:
    """Return the record document as an expression sees it."""
    (only,) = route_entry(
        make_config({**TO_A, "payloadFrom": "@"}, maxPayloadBytes=10_000, **keys), entry
    ).messages
    return json.loads(only.payload)


def test_default_message_of_a_queue() -> None:
    assert message('{ "ä": [1, 2.50] }') == Message(
        "m-1", "telemetry", '{"ä":[1,2.5]}'.encode(), ARRIVAL, None, 0, "retry"
    )


def test_default_message_of_a_stream() -> None:
    entry = kinesis_entry(b'{"a":1}', key="device")
    (record,) = read(make_config(), entry)
    (only,) = route_entry(make_config(), entry).messages
    assert only == Message(derived_id(record), "telemetry", b'{"a":1}', ARRIVAL, "device", 0, "retry")


def test_sub_records_are_messages_of_their_keys() -> None:
    config = make_config()
    records = read(config, kinesis_entry(aggregate([("a", b'{"n":1}'), ("b", b'{"n":2}')])))
    messages = [only for record in records for only in route_record(config, record).messages]
    assert [(m.key, m.payload) for m in messages] == [("a", b'{"n":1}'), ("b", b'{"n":2}')]
    assert len({m.id for m in messages}) == 2


def test_first_route_that_holds_is_taken() -> None:
    routes = [{**TO_A, "when": "body.n > `1`"}, {"inputName": "b", "when": "body.n"}, {"inputName": "c"}]
    taken = [route_body(f'{{"n":{n}}}', *routes) for n in ("2", "0", "null")]
    assert [(one.route, one.messages[0].input) for one in taken] == [(0, "a"), (1, "b"), (2, "c")]


def test_unrouted_record_is_rejected() -> None:
    assert problem("{}", {**TO_A, "when": "body.n"}) == Problem(
        Reason("NoRoute", "no route takes it (unrouted: reject)")
    )


def test_unrouted_record_is_dropped() -> None:
    routed = route_body("{}", {**TO_A, "when": "body.n"}, unrouted="drop")
    assert (routed.messages, routed.problems, routed.route) == ((), (), None)


@pytest.mark.parametrize("unrouted", ["reject", "drop"])
def test_unreadable_body_is_why_no_route_holds(unrouted: Any) -> None:
    assert problem("{", {**TO_A, "when": "body.n"}, unrouted=unrouted).reason.code == "BadJson"


def test_missing_envelope_is_why_no_route_holds() -> None:
    route = {**TO_A, "when": "envelope.TopicArn"}
    assert problem("{}", route, envelope="sns", unrouted="drop").reason.code == "BadEnvelope"


def test_unreadable_body_is_fine_if_nothing_reads_it() -> None:
    routed = route_body("{", {**TO_A, "when": "attributes.Kind"}, unrouted="drop")
    assert (routed.messages, routed.problems) == ((), ())


def test_unreadable_body_is_null_for_when() -> None:
    found = problem("{", {**BYTES, "when": "body.n"}, {**TO_A, "when": "body == `null`"})
    assert found.reason.code == "BadJson"
    assert message("{", {**TO_A, "when": "body.n"}, BYTES).payload == b"{"


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "true"])
def test_payload_must_be_an_object(body: str) -> None:
    found = problem(body)
    assert (found.reason.code, found.message_id) == ("NotAnObject", "m-1")


def test_payload_from_must_be_an_object() -> None:
    found = problem('{"a":1}', {**TO_A, "payloadFrom": "body.a"})
    assert found.reason.text == "routes[0].payloadFrom: body.a gave a number, no object"


def test_payload_from() -> None:
    route = {**TO_A, "payloadFrom": "{id: body.id, from: eventSourceArn, at: arrivalTime}"}
    assert payload('{"id":7}', route) == {"id": 7, "from": sqs_entry()["eventSourceARN"], "at": ARRIVAL}


def test_payload_size_is_counted_in_bytes() -> None:
    fits = '{"a":"' + "ä" * 508 + '"}'
    assert len(message(fits).payload) == 1024
    found = problem(fits.replace('"}', 'x"}'))
    assert found.reason == Reason(
        "PayloadTooLarge",
        "the payload has 1025 bytes, maxPayloadBytes allows 1024",
    )


def test_bytes_are_sent_as_they_came() -> None:
    data = b"\x00\xff" + bytes(9)
    (only,) = route_entry(make_config(BYTES), kinesis_entry(data)).messages
    assert only.payload == data


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_packed_bytes_stay_packed(pack: Any) -> None:
    packed = pack(b'{"a":1}')
    body = base64.b64encode(packed).decode()
    assert message(body, BYTES, bodyEncoding="base64").payload == packed
    assert message(body, {**BYTES, "when": "body.a"}, bodyEncoding="base64").payload == packed


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_packed_body_is_unpacked(pack: Any, encoding: str) -> None:
    assert payload(base64.b64encode(pack(b'{"a":1}')).decode(), bodyEncoding=encoding) == {"a": 1}


def test_base64_is_undone_once() -> None:
    twice = base64.b64encode(base64.b64encode(gzip.compress(b"{}"))).decode()
    assert problem(twice, bodyEncoding="base64").reason.code == "BadJson"


def test_bytes_have_a_limit_too() -> None:
    assert problem("x" * 1025, BYTES).reason.code == "PayloadTooLarge"


def test_bomb_is_rejected() -> None:
    body = base64.b64encode(gzip.compress(bytes(2**21))).decode()
    assert problem(body).reason.code == "TooLarge"


def test_record_with_a_problem_is_rejected() -> None:
    found = problem("{}", BYTES, bodyEncoding="base64", unrouted="drop")
    assert found.reason.code == "BadBase64"


def test_split_makes_a_message_of_each() -> None:
    route = {**TO_A, "split": "body.items", "keyFrom": "item.k", "timestampFrom": "item.t"}
    body = '{"items":[{"k":"x","t":1600000000},{"k":2,"t":"?"},{"t":null}]}'
    routed = route_body(body, route)
    assert [(m.id, m.key, m.timestamp, m.index) for m in routed.messages] == [
        ("m-1-0", "x", 1_600_000_000_000, 0),
        ("m-1-1", "2", ARRIVAL, 1),
        ("m-1-2", None, ARRIVAL, 2),
    ]
    assert routed.illegal_timestamps == 2


def test_elements_see_the_whole_document() -> None:
    route = {**TO_A, "split": "body.v", "payloadFrom": "{id: body.id, v: item, n: index}"}
    messages = route_body('{"id":"d","v":[5,6]}', route).messages
    assert [json.loads(m.payload) for m in messages] == [
        {"id": "d", "v": 5, "n": 0},
        {"id": "d", "v": 6, "n": 1},
    ]


@pytest.mark.parametrize("value", ["null", "{}", '"x"', "1"])
def test_split_needs_an_array(value: str) -> None:
    assert problem(f'{{"items":{value}}}', {**TO_A, "split": "body.items"}).reason.code == "NotAnArray"


def test_empty_split_is_dropped() -> None:
    routed = route_body('{"items":[]}', {**TO_A, "split": "body.items"})
    assert (routed.messages, routed.problems, routed.route) == ((), (), 0)


def test_bad_elements_reject_the_record() -> None:
    body = json.dumps([{}, 1, {"x": "y" * 2000}, {}])
    routed = route_body(body, {**TO_A, "split": "body"})
    assert routed.messages == ()
    assert [(p.index, p.reason.code, p.message_id) for p in routed.problems] == [
        (1, "NotAnObject", "m-1-1"),
        (2, "PayloadTooLarge", "m-1-2"),
    ]


def test_problems_of_a_record_are_limited() -> None:
    assert len(route_body(json.dumps([0] * 500), {**TO_A, "split": "body"}).problems) == MAX_PROBLEMS


def element_ids(body: str, expression: str) -> list[str]:
    """Return the ids of the elements of a split body."""
    route = {**TO_A, "split": "body.items || body", "messageIdFrom": expression}
    return [message.id for message in route_body(body, route).messages]


def test_element_id_that_the_element_names() -> None:
    assert element_ids('[{"id":"x"},{"id":"y"},{"id":null},{"id":7}]', "item.id") == ["x", "y", "m-1-2", "7"]


def test_element_id_that_the_record_names() -> None:
    body = '{"id":"x","items":[{"n":1},{"n":1}]}'
    assert element_ids(body, "body.id") == ["x-0", "x-1"]
    assert element_ids(body, "join('.', [body.id, to_string(index)])")[0].endswith("-0"), "as it was"


def test_element_ids_of_other_content_get_the_index() -> None:
    body = '[{"id":"x","n":1},{"id":"y"},{"id":"x","n":2},{"id":"x","n":1}]'
    assert element_ids(body, "item.id") == ["x-0", "y", "x-2", "x-3"]


def test_element_ids_of_one_content_are_one() -> None:
    assert element_ids('[{"id":"x","n":1},{"id":"x","n":1}]', "item.id") == ["x", "x"]


@pytest.mark.parametrize(
    ("value", "id"),
    [('"x"', "x"), ("7", "7"), ("null", "m-1"), ('""', "m-1"), ('"a b"', "c8687a08aa5d6ed2044328fa6a697ab8")],
)
def test_message_id_from(value: str, id: str) -> None:
    assert message(f'{{"id":{value}}}', {**TO_A, "messageIdFrom": "body.id"}).id == id


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ('"x"', "x"),
        ("7", "7"),
        ("1.50", "1.5"),
        ("true", "true"),
        ("null", None),
        ('""', ""),
        ('["ä", 1]', '["ä",1]'),
    ],
)
def test_key_from(value: str, key: str | None) -> None:
    assert message(f'{{"k":{value}}}', {**TO_A, "keyFrom": "body.k"}).key == key


def test_key_of_a_fifo_queue_is_the_group() -> None:
    entry = sqs_entry('{"k":"x"}', arn=FIFO, MessageGroupId="g")
    (only,) = route_entry(make_config({**TO_A, "keyFrom": "body.k"}), entry).messages
    assert only.key == "g"


def test_key_from_replaces_the_partition_key() -> None:
    config = make_config({**TO_A, "keyFrom": "body.k"})
    keys = [route_entry(config, kinesis_entry(body)).messages[0].key for body in (b'{"k":"x"}', b"{}")]
    assert keys == ["x", None]


def test_message_group_of_a_standard_queue_is_no_key() -> None:
    (only,) = route_entry(make_config(), sqs_entry(MessageGroupId="tenant")).messages
    assert only.key is None


def test_input_name_from() -> None:
    only = message('{"kind":"room-1"}', {"inputNameFrom": "body.kind"})
    assert (only.input, only.unknown_input) == ("room-1", "reject")


@pytest.mark.parametrize("value", ["null", "1", '""', '"_a"', '"a b"', '"a\\n"', f'"{"x" * 129}"'])
def test_bad_input_name_is_rejected(value: str) -> None:
    found = problem(f'{{"kind":{value}}}', {"inputNameFrom": "body.kind"})
    assert (found.reason.code, found.message_id) == ("BadInputName", "m-1")


@pytest.mark.parametrize("policy", ["retry", "reject"])
def test_unknown_input_policy_overrides_the_route(policy: Any) -> None:
    assert message("{}", TO_A, onUnknownInput=policy).unknown_input == policy
    assert message('{"k":"a"}', {"inputNameFrom": "body.k"}, onUnknownInput=policy).unknown_input == policy


@pytest.mark.parametrize("key", ["when", "split", "payloadFrom", "messageIdFrom", "timestampFrom", "keyFrom"])
def test_expression_that_does_not_fit_is_rejected(key: str) -> None:
    found = problem('{"a":"secret"}', {**TO_A, key: "abs(body.a)"})
    assert found.reason == Reason(
        "Expression",
        f"routes[0].{key}: abs(body.a): abs() takes number, not string",
    )


def test_number_made_by_an_expression_may_have_no_json() -> None:
    assert problem("{}", {**TO_A, "payloadFrom": "{a: to_number('inf')}"}).reason.code == "BadNumber"


def test_document_of_a_queue() -> None:
    entry = sqs_entry('{"a":1}', Kind="x")
    entry["messageAttributes"] = {"n": {"stringValue": "7", "dataType": "Number"}}
    assert seen(entry) == {
        "body": {"a": 1},
        "attributes": entry["attributes"],
        "messageAttributes": entry["messageAttributes"],
        "envelope": None,
        "partitionKey": None,
        "sequenceNumber": None,
        "eventSourceArn": entry["eventSourceARN"],
        "arrivalTime": ARRIVAL,
    }


def test_document_of_a_fifo_queue_has_its_number() -> None:
    document = seen(sqs_entry(arn=FIFO, SequenceNumber="188", MessageGroupId="g"))
    assert (document["sequenceNumber"], document["partitionKey"]) == ("188", None)


def test_document_of_a_stream() -> None:
    entry = kinesis_entry(b'{"a":1}', number="7", key="device")
    assert seen(entry) == {
        "body": {"a": 1},
        "attributes": None,
        "messageAttributes": None,
        "envelope": None,
        "partitionKey": "device",
        "sequenceNumber": "7",
        "eventSourceArn": entry["eventSourceARN"],
        "arrivalTime": ARRIVAL,
    }


def test_document_of_an_element() -> None:
    config = make_config({**TO_A, "split": "body", "payloadFrom": "@"})
    (only,) = route_entry(config, kinesis_entry(b"[5]")).messages
    document = json.loads(only.payload)
    assert (document["item"], document["index"], document["body"]) == (5, 0, [5])


@pytest.mark.parametrize(("body", "head"), [(NOTIFICATION, SNS_HEAD), (EVENT, EVENT_HEAD)])
def test_document_of_an_envelope(body: Any, head: Any) -> None:
    document = seen(sqs_entry(json.dumps(body)), envelope="auto")
    assert (document["body"], document["envelope"]) == ({"a": 1}, head)


@pytest.mark.parametrize("body", [NOTIFICATION, EVENT])
def test_bytes_are_those_inside_the_envelope(body: Any) -> None:
    assert message(json.dumps(body), BYTES, envelope="auto").payload == b'{"a":1}'


def test_packed_message_in_a_notification_is_unpacked() -> None:
    body = {**NOTIFICATION, "Message": base64.b64encode(gzip.compress(b'{"a":1}')).decode()}
    assert payload(json.dumps(body), envelope="sns") == {"a": 1}


@pytest.mark.parametrize("route", [TO_A, BYTES])
def test_missing_envelope_is_rejected(route: dict[str, Any]) -> None:
    assert problem("{}", route, envelope="sns").reason.code == "BadEnvelope"


def test_missing_envelope_is_null_for_when() -> None:
    found = problem("{}", {**TO_A, "when": "envelope.TopicArn || !envelope"}, envelope="sns")
    assert found.reason.code == "BadEnvelope"


TEXTS = st.text(st.sampled_from('{}[]",:0123456789.eE-aNä \\ud8'), max_size=40)
BODIES = [b"{}", b"[{}]", b"[1,{}]", b'{"a":"b","t":1700000000}', json.dumps(NOTIFICATION).encode()]
USER_RECORDS = st.tuples(st.text("ab", min_size=1), st.sampled_from([b"{}", b"?"]))
DATA = st.one_of(
    st.binary(max_size=60),
    TEXTS.map(str.encode),
    st.sampled_from(BODIES),
    st.lists(USER_RECORDS, min_size=1, max_size=3).map(aggregate),
)
PACKED = st.one_of(DATA, DATA.map(gzip.compress), DATA.map(zlib.compress))
BODY_EXPRESSIONS = ["body", "@", "body.a", "item", "index", "abs(body.a)", "body[]", "sort(body)"]
EXPRESSIONS = st.sampled_from([*BODY_EXPRESSIONS, "envelope", "attributes.SentTimestamp", "`7`"])
EXPRESSION_KEYS = ["when", "split", "payloadFrom", "messageIdFrom", "timestampFrom", "keyFrom"]
ROUTES = st.fixed_dictionaries(
    {"format": st.sampled_from(["json", "json", "bytes"])},
    optional={
        "inputName": st.just("a"),
        "inputNameFrom": EXPRESSIONS,
        **dict.fromkeys(EXPRESSION_KEYS, EXPRESSIONS),
    },
)


@st.composite
def configs(draw: st.DrawFn) -> Config:
    document = {
        "routes": draw(st.lists(ROUTES, min_size=1, max_size=2)),
        "envelope": draw(st.sampled_from(["none", "auto", "sns", "eventbridge"])),
        "bodyEncoding": draw(st.sampled_from(["text", "base64"])),
        "unrouted": draw(st.sampled_from(["reject", "drop"])),
        "maxPayloadBytes": draw(st.sampled_from([1, 30, 1024])),
        "maxDecompressedBytes": draw(st.sampled_from([1, 30, 1024])),
    }
    try:
        return parse_config(document)
    except ConfigError:
        return make_config()


def entries(data: bytes) -> list[dict[str, Any]]:
    text = data.decode("utf-8", "surrogateescape")
    encoded = base64.b64encode(data).decode()
    return [
        sqs_entry(text),
        sqs_entry(encoded),
        sqs_entry(text, arn=FIFO, MessageGroupId="g"),
        kinesis_entry(data),
    ]


@given(configs(), PACKED, st.integers(0, 3))
def test_any_record_is_sent_dropped_or_rejected(config: Config, data: bytes, kind: int) -> None:
    for record in read(config, entries(data)[kind]):
        routed = route_record(config, record)
        assert not (routed.messages and routed.problems)
        assert {p.reason.code for p in routed.problems} <= RECORD_CODES.keys()
        assert all(len(m.payload) <= config.max_payload_bytes for m in routed.messages)
        assert len({m.id for m in routed.messages}) == len(routed.messages)
        assert route_record(config, replace(record)) == routed


SECRETS = [
    "secret",
    '"secret"',
    '{"a":"secret"}',
    '["secret",1e999]',
    '{"secret":NaN}',
    '{"a":"secret\\ud800"}',
]


@pytest.mark.parametrize("body", SECRETS)
@pytest.mark.parametrize(
    "route",
    [
        {"inputNameFrom": "join(' ', ['se', body.a])"},
        {**TO_A, "keyFrom": "sum(body.a)"},
        {**TO_A, "split": "body.a"},
        {**TO_A, "payloadFrom": "body.a"},
    ],
)
def test_problems_do_not_quote_the_data(body: str, route: dict[str, Any]) -> None:
    (found,) = route_body(body, route).problems
    assert "secret" not in found.reason.text


def packed(value: Any) -> str:
    return base64.b64encode(gzip.compress(json.dumps(value).encode(), mtime=0)).decode()


OPENED = [
    ("powertools_json(body.t)", '{"n": 1}'),
    ("powertools_json(powertools_base64(body.t))", base64.b64encode(b'{"n": 1}').decode()),
    ("powertools_json(powertools_base64_gzip(body.t))", packed({"n": 1})),
]


@pytest.mark.parametrize(("text", "value"), OPENED)
def test_packed_text_is_opened(text: str, value: str) -> None:
    assert payload(json.dumps({"t": value}), {**TO_A, "payloadFrom": text}) == {"n": 1}


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("powertools_json(body.t)", '{"n": NaN}', "BadNumber"),
        ("powertools_json(body.t)", "[" * 200, "TooDeep"),
        ("powertools_json(body.t)", "", "BadJson"),
        ("powertools_json(body.t)", 1, "Expression"),
        ("powertools_base64(body.t)", "e30", "BadBase64"),
        ("powertools_base64(body.t)", "gA==", "BadUtf8"),
        ("powertools_base64(body.t)", "é", "BadBase64"),
        ("powertools_base64_gzip(body.t)", "e30=", "BadCompression"),
        ("powertools_base64_gzip(body.t)", packed("a" * 2_000_000), "TooLarge"),
    ],
)
def test_packed_text_that_cannot_be_opened(text: str, value: Any, code: str) -> None:
    rejected = problem(json.dumps({"t": value}), {**TO_A, "payloadFrom": text})
    assert rejected.reason.code == code
    assert rejected.reason.text.startswith(f"routes[0].payloadFrom: {text}: ")


def test_null_is_not_opened() -> None:
    rejected = problem("{}", {**TO_A, "payloadFrom": "powertools_json(body.t)"})
    assert rejected.reason == Reason(
        "NotAnObject", "routes[0].payloadFrom: powertools_json(body.t) gave null, no object"
    )


def test_condition_on_packed_text() -> None:
    routes = {**TO_A, "when": "powertools_json(body.t).n == `1`"}, {"inputName": "b"}
    assert [message(json.dumps({"t": t}), *routes).input for t in ('{"n": 1}', '{"n": 2}', "{")] == [
        "a",
        "b",
        "b",
    ]


def test_packed_text_is_the_reason_of_unrouted() -> None:
    rejected = problem('{"t": "{"}', {**TO_A, "when": "powertools_json(body.t).n"})
    assert rejected.reason.code == "BadJson"


def test_record_opens_no_more_than_the_cap_in_all() -> None:
    elements = [packed("a" * 400 + str(index)) for index in range(3)]
    route = {**TO_A, "split": "body", "payloadFrom": "{t: powertools_base64_gzip(item)}"}
    rejected = problem(json.dumps(elements), route, maxDecompressedBytes=1000)
    assert (rejected.reason.code, rejected.index) == ("TooLarge", 2)


def test_compressed_body_counts_as_opened() -> None:
    text = json.dumps({"t": packed("a" * 400), "fill": "b" * 400})
    route = {**TO_A, "payloadFrom": "{t: powertools_base64_gzip(body.t)}"}
    assert message(text, route, maxDecompressedBytes=800).input == "a"
    body = base64.b64encode(gzip.compress(text.encode())).decode()
    assert problem(body, route, maxDecompressedBytes=800).reason.code == "TooLarge"
    assert message(body, route, maxDecompressedBytes=1000).input == "a"


def test_text_that_is_opened_again_counts_once() -> None:
    element = packed("a" * 400)
    route = {**TO_A, "split": "body", "payloadFrom": "{t: powertools_base64_gzip(item)}"}
    assert len(route_body(json.dumps([element] * 9), route, maxDecompressedBytes=1000).messages) == 9


DROP = {"when": "body.kind != 'x'", "drop": True}


@pytest.mark.parametrize(
    ("body", "dropped"), [('{"kind": "y"}', True), ("{}", True), ('{"kind": "x"}', False)]
)
def test_route_drops_what_its_condition_takes(body: str, dropped: bool) -> None:
    routed = route_body(body, DROP, TO_A)
    assert (routed.route, len(routed.messages), routed.problems) == ((0, 0, ()) if dropped else (1, 1, ()))


@pytest.mark.parametrize("unrouted", ["reject", "drop"])
@pytest.mark.parametrize(
    "routes",
    [
        (DROP,),
        ({**TO_A, "when": "body.kind == 'x'"}, {"when": "arrivalTime", "drop": True}),
        ({"when": "powertools_json(body).kind != 'x'", "drop": True},),
    ],
)
def test_what_cannot_be_read_is_never_dropped(routes: tuple[dict[str, Any], ...], unrouted: str) -> None:
    body = '"{"' if "powertools" in routes[0]["when"] else "{"
    assert problem(body, *routes, unrouted=unrouted).reason.code == "BadJson"


@pytest.mark.parametrize("envelope", ["none", "auto", "sns"])
def test_route_may_drop_what_sns_says(envelope: str) -> None:
    names = ("Token", "TopicArn", "SubscribeURL")
    body = json.dumps({"Type": "SubscriptionConfirmation", **dict.fromkeys(names, "t")})
    route = {"when": "body.Type == 'SubscriptionConfirmation'", "drop": True}
    routed = route_body(body, TO_A, envelope=envelope)
    assert [problem.reason.code for problem in routed.problems] == ["ServiceMessage"]
    routed = route_body(body, route, TO_A, envelope=envelope)
    assert (routed.route, routed.messages, routed.problems) == (0, (), ())


def test_drop_by_what_the_source_says_reads_no_body() -> None:
    assert route_body("no JSON", {"when": "arrivalTime", "drop": True}).route == 0
