"""What is written of a rejected record, and that it can be read again."""

import base64
import gzip
import hashlib
import json
import random
from typing import Any

import pytest
from forwarder.config.config import Config
from forwarder.errors import RejectedRecordError
from forwarder.reasons import Reason
from forwarder.records import Problem, Record, Source
from forwarder.rejected_records.decoder import decode_record
from forwarder.rejected_records.encoder import (
    HEAD,
    LIMIT,
    MAX_PROBLEMS,
    MIN_LIMIT,
    PROBLEM_TEXT,
    encode_record,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.support.forwarder.aggregates import aggregate
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

NOW = 1_700_000_123_004
PROBLEM = Problem(Reason("BadJson", "not JSON: it is empty"), 0, "m-1")
ATTRIBUTES = {"SentTimestamp": str(ARRIVAL), "ApproximateReceiveCount": "1"}
NOISE = random.Random(1).randbytes(LIMIT)


def record(entry: dict[str, Any], config: Config | None = None) -> Record:
    return read(config or make_config(), entry)[0]


def written(entry: dict[str, Any], *problems: Problem, **keys: Any) -> dict[str, Any]:
    body = encode_record(record(entry, make_config(**keys)), problems or (PROBLEM,), NOW)
    assert body.isascii()
    assert len(body) <= LIMIT
    loaded: dict[str, Any] = json.loads(body)
    return loaded


def test_document_of_a_queue_message() -> None:
    assert written(sqs_entry("{ä")) == {
        "version": 1,
        "time": "2023-11-14T22:15:23.004Z",
        "sourceArn": QUEUE,
        "recordId": "m-1",
        "arrivalTime": ARRIVAL,
        "attributes": ATTRIBUTES,
        "encoding": "text",
        "data": "{ä",
        "rejected": [{"index": 0, "messageId": "m-1", "code": "BadJson", "text": "not JSON: it is empty"}],
    }


def test_document_of_a_fifo_message() -> None:
    entry = sqs_entry("{", arn=FIFO, MessageGroupId="g", MessageDeduplicationId="d")
    entry["messageAttributes"] = {"site": {"stringValue": "a", "dataType": "String"}}
    made = written(entry)
    assert (made["messageGroupId"], made["messageDeduplicationId"]) == ("g", "d")
    assert made["messageAttributes"] == entry["messageAttributes"]


def test_document_of_a_kinesis_record() -> None:
    entry = kinesis_entry(b"\xff", number="49", key="k")
    made = written(entry, Problem(Reason("BadUtf8", "no")))
    assert {name: made[name] for name in ("sourceArn", "recordId", "partitionKey", "eventId")} == {
        "sourceArn": STREAM,
        "recordId": "49",
        "partitionKey": "k",
        "eventId": "shardId-000000000006:49",
    }
    assert (made["encoding"], made["data"]) == ("base64", "/w==")
    assert made["rejected"] == [{"index": 0, "code": "BadUtf8", "text": "no"}]
    assert "attributes" not in made


def test_document_of_a_kpl_sub_record() -> None:
    _, second = read(make_config(), kinesis_entry(aggregate([("a", b"1"), ("b", b"{")]), key="whole"))
    made = json.loads(encode_record(second, [PROBLEM], NOW))
    assert (made["subIndex"], made["partitionKey"], made["data"]) == (1, "b", "{")


@pytest.mark.parametrize("body", ["?", "Zm9v"])
def test_document_keeps_a_body_as_it_stood(body: str) -> None:
    assert written(sqs_entry(body), bodyEncoding="base64")["data"] == body


def test_document_keeps_broken_base64_as_it_stood() -> None:
    entry = kinesis_entry()
    entry["kinesis"]["data"] = "???"
    assert written(entry)["data"] == "???"


def test_document_without_a_body() -> None:
    entry = sqs_entry()
    del entry["body"]
    assert (written(entry)["encoding"], written(entry)["data"]) == ("text", "")


def test_document_too_large_is_gzipped() -> None:
    data = b"ab" * LIMIT
    made = written(kinesis_entry(data))
    assert made["encoding"] == "gzip+base64"
    packed = base64.b64decode(made["data"])
    assert gzip.decompress(packed) == data
    assert packed[4:8] == bytes(4), "no time, so that it is the same again (RFC 1952, MTIME)"
    assert "truncated" not in made


def test_document_with_escapes_too_large_is_gzipped() -> None:
    assert written(sqs_entry("ä" * 200_000))["encoding"] == "gzip+base64"


def test_document_is_the_same_again() -> None:
    one = record(kinesis_entry(b"ab" * LIMIT))
    assert encode_record(one, [PROBLEM], NOW) == encode_record(one, [PROBLEM], NOW)


def test_document_of_incompressible_data_is_cut() -> None:
    made = written(kinesis_entry(NOISE, number="49"))
    assert base64.b64decode(made["data"]) == NOISE[:HEAD]
    assert (made["truncated"], made["length"], made["recordId"]) == (True, len(NOISE), "49")
    assert made["sha256"] == hashlib.sha256(NOISE).hexdigest()


def test_document_shortens_problems_before_data() -> None:
    problems = [Problem(Reason("Refused", "x" * 500), index, f"m-{index}") for index in range(3000)]
    made = written(kinesis_entry(NOISE[:600_000]), *problems)
    assert [one["index"] for one in made["rejected"]] == list(range(MAX_PROBLEMS))
    assert made["rejectedCount"] == 3000
    assert made["rejected"][0]["text"] == "x" * PROBLEM_TEXT
    assert "truncated" not in made


def test_document_gives_up_attributes_last() -> None:
    entry = sqs_entry("{")
    entry["messageAttributes"] = {"a": {"stringValue": NOISE.hex(), "dataType": "String"}}
    made = written(entry)
    assert "messageAttributes" not in made
    assert (made["truncated"], base64.b64decode(made["data"])) == (True, b"{")


TEXTS = st.text(max_size=300)
REASONS = st.builds(
    Reason,
    st.text(min_size=1, max_size=30).filter(str.strip),
    st.text(st.characters(), max_size=300) | st.just("\ud800"),
)
PROBLEMS = st.builds(
    Problem,
    REASONS,
    st.integers(0, 10**6),
    st.none() | st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True),
)
SIZES = st.sampled_from([1, 1000, 100_000])


@given(TEXTS, st.binary(max_size=30), SIZES, st.lists(PROBLEMS, min_size=1, max_size=30), SIZES)
def test_document_is_read_again(
    key: str, part: bytes, times: int, problems: list[Problem], repeated: int
) -> None:
    one = record(kinesis_entry(part * times, key=key))
    body = encode_record(one, problems * (repeated // 1000 + 1), NOW, MIN_LIMIT)
    found = decode_record(body)
    assert len(body) <= MIN_LIMIT
    assert (found.time, found.arn, found.id, found.arrival) == (NOW, STREAM, one.id, one.arrival)
    assert (found.partition_key, found.sub, found.source) == (key, None, Source.KINESIS)
    assert found.truncated or found.data == one.data
    assert [p.index for p in found.problems] == [p.index for p in problems * 200][: len(found.problems)]
    assert found.problem_count == len(problems) * (repeated // 1000 + 1)


@given(st.text(max_size=100), st.dictionaries(TEXTS, TEXTS), st.integers(0, 2))
def test_document_of_a_message_is_read_again(body: str, attributes: dict[str, str], encoding: int) -> None:
    entry = sqs_entry(body, arn=FIFO, MessageGroupId="g")
    entry["messageAttributes"] = {
        name: {"stringValue": value, "dataType": "String"} for name, value in attributes.items()
    }
    found = decode_record(encode_record(record(entry), [PROBLEM], NOW))
    assert found.data.decode() == body
    assert (found.attributes, found.message_attributes) == (entry["attributes"], entry["messageAttributes"])
    assert (found.group_id, found.source, found.name) == ("g", Source.FIFO, "telemetry.fifo")
    assert found.problems == (PROBLEM,)


@given(st.dictionaries(st.sampled_from(["attributes", "body", "messageAttributes", "attributes"]), st.none()))
def test_document_of_a_record_with_nothing(members: dict[str, None]) -> None:
    entry = {**sqs_entry(), "body": None, **members}
    assert decode_record(encode_record(record(entry), [PROBLEM], NOW)).data == b""


GOOD = json.loads(encode_record(record(sqs_entry("{")), [PROBLEM], NOW))


def broken(**members: Any) -> str:
    return json.dumps({name: value for name, value in {**GOOD, **members}.items() if value is not ...})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "not JSON: it is empty"),
        ("[]", r"it is \[\], no object"),
        ("\ud800", "not UTF-8"),
        (broken(version=2), "version: must be 1, not 2: another version of the forwarder wrote it"),
        (broken(version=True), "version: must be 1"),
        (broken(data=...), "data: missing"),
        (broken(encoding="gzip"), "encoding: must be text, base64 or gzip"),
        (broken(encoding="base64", data="?"), "data: not base64"),
        (broken(encoding="gzip+base64", data="H4sI"), "data: the compressed data ends early"),
        (broken(encoding="base64", data="/w=="), "data: they are no text, which a queue's message is"),
        (broken(sourceArn="arn:aws:sns:eu-west-1:1:t"), "sourceArn: must be the ARN of an SQS queue or"),
        (broken(sourceArn="arn:aws:kinesis:eu-west-1:1:t"), "sourceArn: must be the ARN of an SQS queue or"),
        (broken(time="now"), "time: must be a time like"),
        (broken(time=5), "time: must be a time like"),
        (broken(attributes=[]), "attributes: must be an object"),
        (broken(partitionKey=5), "partitionKey: must be text, not 5"),
        (broken(rejected=[]), "rejected: must be a list of at least one problem"),
        (broken(rejected=[{}, 5]), r"rejected\[0\].index: missing.*rejected\[1\]: must be an object, not 5"),
        (broken(truncated=True), "truncated: needs length and sha256 beside it"),
        (broken(recordID="m"), "recordID: unknown key; did you mean recordId?"),
    ],
)
def test_parse_refuses(body: str, text: str) -> None:
    with pytest.raises(RejectedRecordError, match=f"no document of a rejected record: .*{text}"):
        decode_record(body)


@given(st.text())
def test_parse_refuses_any_text(text: str) -> None:
    with pytest.raises(RejectedRecordError):
        decode_record(text)


def test_parse_bounds_what_it_unpacks() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(17 * 1024 * 1024))).decode()
    with pytest.raises(RejectedRecordError, match="data: decompressed, it has more than"):
        decode_record(broken(encoding="gzip+base64", data=bomb))
