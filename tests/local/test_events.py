import json
from base64 import b64decode
from hashlib import md5

import pytest

from local.demo.sample_events import FOLDER, samples, text
from local.demo.telemetry import READINGS, take
from local.lambda_runtime.events import (
    KinesisRecord,
    Receipt,
    kinesis_event,
    queue_arn,
    sequence_number,
    sqs_event,
    sqs_message,
)
from local.lambda_runtime.kpl import MAGIC, aggregate


@pytest.mark.parametrize("name", samples())
def test_sample_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == text(samples()[name])


def test_samples_are_all_there() -> None:
    assert {file.name for file in FOLDER.glob("*.json")} == samples().keys()


def test_sqs_record_counts_receives() -> None:
    message = sqs_message("a", "{}", 1000)
    (record,) = sqs_event(queue_arn("q"), [message], {message.id: Receipt(3, 500)})["Records"]
    assert record["attributes"]["ApproximateReceiveCount"] == "3"
    assert record["attributes"]["ApproximateFirstReceiveTimestamp"] == "500"
    assert record["md5OfBody"] == md5(b"{}").hexdigest()


def test_fifo_record_names_its_group() -> None:
    (record,) = sqs_event(queue_arn("q.fifo"), [sqs_message("a", "{}", 1000, group="g", position=7)])[
        "Records"
    ]
    assert record["attributes"]["MessageGroupId"] == "g"
    assert record["attributes"]["SequenceNumber"] == "18870000000000001792"


def test_kinesis_record_carries_base64() -> None:
    (record,) = kinesis_event("arn", [KinesisRecord(sequence_number(1), "k", b"\xff", 1500)], shard=2)[
        "Records"
    ]
    assert b64decode(record["kinesis"]["data"]) == b"\xff"
    assert record["kinesis"]["approximateArrivalTimestamp"] == 1.5
    assert record["eventID"] == "shardId-000000000002:" + sequence_number(1)


def test_sequence_numbers_ascend() -> None:
    numbers = [sequence_number(n, shard=3) for n in (0, 1, 9, 10, 123456)]
    assert numbers == sorted(numbers)
    assert {len(number) for number in numbers} == {56}


def test_aggregate_has_the_documented_layout() -> None:
    data = aggregate([("k", b"one"), ("j", b"x" * 200)])
    body, digest = data[4:-16], data[-16:]
    assert data[:4] == MAGIC
    assert digest == md5(body).digest()
    assert (
        body
        == b"\x0a\x01k\x0a\x01j"
        + b"\x1a\x07\x08\x00\x1a\x03one"
        + b"\x1a\xcd\x01\x08\x01\x1a\xc8\x01"
        + b"x" * 200
    )


def test_telemetry_takes_every_room_each_minute() -> None:
    first, second, third = take(3, rooms=2)
    assert (first.room, second.room, third.room) == ("room-1", "room-2", "room-1")
    assert first.time == second.time < third.time
    assert first.document["temperature"] == 23.7


def test_telemetry_shifts_the_one_recorded_room() -> None:
    by_room = {reading.room: reading for reading in take(200, rooms=2)[-2:]}
    rows = READINGS.read_text().splitlines()[1:]
    assert rows[99].split(",")[2] == str(by_room["room-1"].values["temperature"])
    assert rows[99 + 60].split(",")[2] == str(by_room["room-2"].values["temperature"])


def test_telemetry_ends_with_the_recording() -> None:
    with pytest.raises(ValueError, match="2665 readings, 3000 were asked for"):
        take(3000, rooms=1)


def test_sample_files_are_json() -> None:
    assert all(json.loads(file.read_text())["Records"] for file in FOLDER.glob("*.json"))
