import json
from typing import Any

import pytest
from forwarder.errors import EventError
from forwarder.records import Record, Source
from forwarder.sources.events import Event, read_event
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import MAGIC, aggregate, seal
from tests.support.forwarder.records import (
    ARRIVAL,
    FIFO,
    QUEUE,
    STREAM,
    kinesis_entry,
    make_config,
    read,
    sqs_entry,
)

CONFIG = make_config()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def one(entry: dict[str, Any], **keys: Any) -> Record:
    (record,) = read(make_config(**keys), entry)
    return record


def problem(entry: dict[str, Any], **keys: Any) -> tuple[str, str]:
    found = one(entry, **keys).problem
    assert found
    return found.reason.code, found.reason.text


def event_error(event: object) -> str:
    with pytest.raises(EventError) as caught:
        read_event(event, CONFIG)
    return str(caught.value)


def without(entry: dict[str, Any], *path: str) -> dict[str, Any]:
    holder = entry
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    return entry


def test_sqs_message() -> None:
    entry = sqs_entry("ü", MessageGroupId="tenant")
    assert one(entry) == Record(0, "m-1", Source.SQS, QUEUE, "ü".encode(), None, ARRIVAL, entry)


def test_fifo_message_has_its_group() -> None:
    record = one(sqs_entry(arn=FIFO, MessageGroupId="g"))
    assert (record.source, record.key) == (Source.FIFO, "g")


def test_fifo_messages_without_group_share_one() -> None:
    assert one(sqs_entry(arn=FIFO)).key == ""


def test_kinesis_record() -> None:
    entry = kinesis_entry(b"\x00", key="device", number="7")
    assert one(entry) == Record(0, "7", Source.KINESIS, STREAM, b"\x00", "device", ARRIVAL, entry)


def test_aggregate_gives_sub_records() -> None:
    entries = [kinesis_entry(number="6"), kinesis_entry(aggregate([("a", b"1"), ("b", b"2")]), number="7")]
    event = read_event({"Records": entries}, CONFIG)
    found = [(r.position, r.id, r.sub, r.key, r.data) for r in event.records]
    assert found == [(0, "6", None, "k", b"{}"), (1, "7", 0, "a", b"1"), (1, "7", 1, "b", b"2")]
    assert (event.size, sorted(event.ids)) == (2, ["6", "7"])


@pytest.mark.parametrize("data", [seal(b"\xff"), aggregate([("a", b"1")])[:-1] + b"?", MAGIC])
def test_unsound_aggregate_is_one_record(data: bytes) -> None:
    record = one(kinesis_entry(data))
    assert (record.data, record.key, record.sub, record.problem) == (data, "k", None, None)
    assert record.aggregate_fault


def test_aggregate_without_records_is_empty() -> None:
    record = one(kinesis_entry(seal(b"")))
    assert (record.is_empty, record.sub, record.problem, record.aggregate_fault) == (True, None, None, "")


def test_base64_body_is_decoded() -> None:
    assert one(sqs_entry("e30="), bodyEncoding="base64").data == b"{}"


def test_bad_base64_body_keeps_the_text() -> None:
    record = one(sqs_entry("{}"), bodyEncoding="base64")
    assert record.data == b"{}"
    assert record.problem
    assert record.problem.reason.code == "BadBase64"


def test_bad_base64_data_keeps_the_text() -> None:
    entry = kinesis_entry()
    entry["kinesis"]["data"] = "ü"
    assert one(entry).data == "ü".encode()
    assert problem(entry)[0] == "BadBase64"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (without(sqs_entry(), "body"), "`body` is missing or no text"),
        (sqs_entry(SentTimestamp="soon"), "`SentTimestamp` is missing or no time"),
        (sqs_entry(SentTimestamp="9" * 19), "`SentTimestamp` is missing or no time"),
        (without(sqs_entry(), "attributes"), "`SentTimestamp` is missing or no time"),
        (without(kinesis_entry(), "kinesis", "data"), "`kinesis.data` is missing or no text"),
        (
            without(kinesis_entry(), "kinesis", "approximateArrivalTimestamp"),
            "`approximateArrivalTimestamp` is missing or no time",
        ),
    ],
)
def test_incomplete_record_has_a_problem(entry: dict[str, Any], text: str) -> None:
    assert problem(entry) == ("BadRecord", text)


def test_now_stands_in_for_the_arrival() -> None:
    event = read_event({"Records": [without(sqs_entry(), "attributes")]}, CONFIG, now=5)
    assert (event.records[0].arrival, event.records[0].problem) == (5, None)


def test_no_records_are_no_error() -> None:
    assert read_event({"Records": []}, CONFIG) == Event(Source.SQS, "", (), 0)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (None, "the event is no object but NoneType"),
        ([], "the event is no object but list"),
        ({}, "the event has no list `Records`: it does not come from SQS or Kinesis"),
        ({"Records": {}}, "the event has no list `Records`: it does not come from SQS or Kinesis"),
        ({"Records": ["x"]}, "Records[0] is no object"),
        ({"Records": [{}]}, "the records have no `eventSource`"),
        (
            {"Records": [{"eventSource": "aws:other", "eventSourceARN": "arn"}]},
            "events of aws:other are not handled, only those of aws:sqs and aws:kinesis",
        ),
        (
            {"Records": [sqs_entry(), kinesis_entry()]},
            "the records differ in `eventSource`: aws:kinesis, aws:sqs",
        ),
        (
            {"Records": [sqs_entry(), sqs_entry(arn=FIFO)]},
            f"the records differ in `eventSourceARN`: {QUEUE}, {FIFO}",
        ),
        ({"Records": [without(sqs_entry(), "eventSourceARN")]}, "the records have no `eventSourceARN`"),
        (
            {"Records": [sqs_entry(), sqs_entry(id="")]},
            "Records[1].messageId is missing: the record could not be given back",
        ),
        (
            {"Records": [without(kinesis_entry(), "kinesis")]},
            "Records[0].kinesis.sequenceNumber is missing: the record could not be given back",
        ),
    ],
)
def test_unusable_event_is_an_error(event: object, text: str) -> None:
    assert event_error(event) == text


@pytest.mark.parametrize(
    ("event", "source", "between"),
    [
        ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, "aws:s3", "an SQS queue"),
        ({"Records": [{"EventSource": "aws:sns", "Sns": {}}]}, "aws:sns", "subscribes to the topic"),
        ({"Records": [{"eventSource": "aws:dynamodb"}] * 2}, "aws:dynamodb", "a Kinesis stream"),
        ({"eventSource": "aws:kafka", "records": {"t-0": []}}, "aws:kafka", "Kafka connector"),
        ({"eventSource": "SelfManagedKafka", "records": {}}, "SelfManagedKafka", "Kafka connector"),
        ({"eventSource": "aws:rmq"}, "aws:rmq", "an SQS queue"),
        ([sqs_entry()], "EventBridge Pipes", "let the pipe write to an SQS queue"),
        ([{"device": "a"}], "EventBridge Pipes", "let the pipe write to an SQS queue"),
        ({"detail-type": "t", "source": "s", "detail": {}}, "EventBridge", "as the rule's target"),
        ({"awslogs": {"data": ""}}, "CloudWatch Logs", "a Kinesis stream"),
        ({"deliveryStreamArn": "arn", "records": []}, "Data Firehose", "the Kinesis stream before it"),
    ],
)
def test_other_source_is_named(event: object, source: str, between: str) -> None:
    text = event_error(event)
    assert text.startswith(f"events of {source} are not handled, only those of aws:sqs and aws:kinesis; ")
    assert between in text


@pytest.mark.parametrize("member", ["window", "state", "isFinalInvokeForWindow", "isWindowTerminatedEarly"])
def test_tumbling_window_is_an_error(member: str) -> None:
    text = event_error({"Records": [kinesis_entry()], member: {}})
    assert text == f"the event belongs to a tumbling window (it has `{member}`); set its length to 0"


@given(JSON | st.fixed_dictionaries({"Records": st.lists(JSON)}))
def test_any_event_is_read_or_refused(event: object) -> None:
    try:
        found = read_event(event, CONFIG)
    except EventError as error:
        assert str(error)  # noqa: PT017
    else:
        assert found.size == 0


@given(st.sampled_from([sqs_entry, kinesis_entry]), st.data())
def test_any_member_may_be_anything(make: Any, data: st.DataObject) -> None:
    entry = json.loads(json.dumps(make()))
    holder = data.draw(st.sampled_from([entry, entry.get("kinesis", entry), entry.get("attributes", entry)]))
    holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(JSON)
    try:
        event = read_event({"Records": [entry]}, CONFIG)
    except EventError as error:
        assert "Records[0]" in str(error) or "eventSource" in str(error) or "events of" in str(error)  # noqa: PT017
    else:
        assert [record.position for record in event.records] == [0]


@given(st.lists(st.binary()))
def test_any_data_comes_through(data: list[bytes]) -> None:
    entries = [kinesis_entry(one, number=str(index)) for index, one in enumerate(data)]
    event = read_event({"Records": entries}, CONFIG)
    assert [record.data for record in event.records] == data
