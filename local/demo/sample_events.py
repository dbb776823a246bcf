"""Write the sample events of `events/`: `python -m local.demo.sample_events`."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from local.demo.telemetry import Reading, take
from local.lambda_runtime.events import (
    Event,
    KinesisRecord,
    dumps,
    eventbridge_event,
    kinesis_event,
    queue_arn,
    sequence_number,
    sns_notification,
    sqs_event,
    sqs_message,
    stream_arn,
)
from local.lambda_runtime.kpl import aggregate

FOLDER = Path(__file__).parents[2] / "events"
_ROOMS = 3


def samples() -> dict[str, Event]:
    """Return the sample events by file name."""
    readings = take(2 * _ROOMS, _ROOMS)
    return {
        "sqs.json": _sqs("telemetry", readings, _plain),
        "sqs-fifo.json": _sqs("telemetry.fifo", readings, _plain),
        "sqs-sns.json": _sqs("telemetry-by-sns", readings, _by_sns),
        "sqs-eventbridge.json": _sqs("telemetry-by-eventbridge", readings, _by_eventbridge),
        "kinesis.json": _kinesis("telemetry", [_single(reading) for reading in readings]),
        "kinesis-kpl.json": _kinesis(
            "telemetry-by-kpl", [_aggregate(readings[:4]), _aggregate(readings[4:])]
        ),
    }


def text(event: Event) -> str:
    """Return an event as its sample file holds it."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all samples."""
    for name, event in samples().items():
        (FOLDER / name).write_text(text(event), encoding="utf-8")
        print(f"events/{name}")


def _sqs(queue: str, readings: Sequence[Reading], body: Callable[[Reading], str]) -> Event:
    fifo = queue.endswith(".fifo")
    messages = [
        sqs_message(
            f"{queue}/{n}", body(reading), reading.time, group=reading.room if fifo else None, position=n
        )
        for n, reading in enumerate(readings)
    ]
    return sqs_event(queue_arn(queue), messages)


def _kinesis(stream: str, records: Sequence[tuple[str, bytes, int]]) -> Event:
    kinesis_records = [KinesisRecord(sequence_number(n), *record) for n, record in enumerate(records)]
    return kinesis_event(stream_arn(stream), kinesis_records)


def _plain(reading: Reading) -> str:
    return dumps(reading.document)


def _by_sns(reading: Reading) -> str:
    return sns_notification("rooms", _plain(reading), reading.time)


def _by_eventbridge(reading: Reading) -> str:
    return eventbridge_event("building.rooms", "RoomReading", reading.document, reading.time)


def _single(reading: Reading) -> tuple[str, bytes, int]:
    return reading.room, _plain(reading).encode(), reading.time


def _aggregate(readings: Sequence[Reading]) -> tuple[str, bytes, int]:
    """Return one record of several readings, with the first reading's partition key, as the library does."""
    data = aggregate([(reading.room, _plain(reading).encode()) for reading in readings])
    return readings[0].room, data, readings[-1].time


if __name__ == "__main__":
    main()
