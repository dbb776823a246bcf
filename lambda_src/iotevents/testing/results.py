"""Results of a simulation: what a message, an operation or the passage of time did."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iotevents.recordings.records import Record
from iotevents.testing.times import moment


@dataclass(frozen=True, slots=True)
class DetectorAction:
    """Action that left a detector.

    `type` is its name in the model (`sns`, `iotTopicPublish`, …), `id` its actionExecutionId. `parameters`
    are its evaluated members, nested as in the model. `payload` is the text as sent, before base64 or a
    separator; None for actions that have none.
    """

    time: datetime
    model: str
    key: str | None
    event: str
    type: str
    id: str
    parameters: Mapping[str, Any]
    payload: str | None

    def json(self) -> Any:
        """Return the payload as decoded JSON. Raises ValueError if there is none, or it is not JSON."""
        if self.payload is None:
            raise ValueError(f"The action {self.type} of the event {self.event} has no payload")
        return json.loads(self.payload)


@dataclass(frozen=True, slots=True)
class DetectorFailure:
    """Error in an evaluation, which went on; the model is to be put right.

    `where` is the path in the definition. Of a message that an `iotEvents` action sent and that was refused,
    it is the name of the event, and model and key are those of the detector that sent it.
    """

    time: datetime
    model: str
    key: str | None
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """Consequences of a message, an operation or the passage of time, in their order.

    `evaluations` are objects as `replay --json` prints them; those of timers that were due come first.
    `duplicate` says that the message was a repetition within five minutes and changed nothing, `unrouted`
    that no model uses its input. `records` are all objects that `replay --json` prints, also of duplicates
    and of messages that nobody took.
    """

    evaluations: tuple[Record, ...]
    actions: tuple[DetectorAction, ...]
    errors: tuple[DetectorFailure, ...]
    duplicate: bool
    unrouted: bool
    records: tuple[Record, ...] = field(repr=False)


def result_of(records: Sequence[Record]) -> SimulationResult:
    """Return the result that the records of `replay --json` show."""
    evaluations = tuple(record for record in records if "trigger" in record)
    senders = {action["id"]: (record, action) for record in evaluations for action in record["actions"]}
    return SimulationResult(
        evaluations,
        tuple(_action(record, action) for record in evaluations for action in record["actions"]),
        tuple(_failures(records, senders)),
        duplicate=any("duplicate" in record for record in records),
        unrouted=any("unrouted" in record and record["messageId"] not in senders for record in records),
        records=tuple(records),
    )


def refusals(records: Iterable[Record]) -> list[Record]:
    """Return the records of what the caller sent and was refused, not of what actions sent."""
    sent = {action["id"] for record in records for action in record.get("actions", ())}
    return [record for record in records if "rejected" in record and record["messageId"] not in sent]


def _action(record: Record, action: Record) -> DetectorAction:
    return DetectorAction(
        time=moment(record["time"]),
        model=record["model"],
        key=record["key"],
        event=action["eventName"],
        type=action["type"],
        id=action["id"],
        parameters=action["parameters"],
        payload=action["payload"],
    )


def _failures(
    records: Iterable[Record], senders: Mapping[str, tuple[Record, Record]]
) -> Iterator[DetectorFailure]:
    for record in records:
        time = moment(record["time"])
        for error in record.get("errors", ()):
            yield DetectorFailure(time, record["model"], record["key"], error["where"], error["message"])
        if "rejected" in record and record["messageId"] in senders:
            sender, action = senders[record["messageId"]]
            refusal = record["rejected"]
            text = f"{refusal['errorCode']}: {refusal['errorMessage']}"
            yield DetectorFailure(time, sender["model"], sender["key"], action["eventName"], text)
