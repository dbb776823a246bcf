from collections.abc import Sequence
from dataclasses import replace

import pytest

from local.books import Rejected, Stored, check
from local.pollers import Discarded, History
from local.scenario import make
from local.telemetry import take

SCENARIO = make(take(120, rooms=3))
HISTORY = History((), ())
STORED = [Stored(f"{n}", "RoomTelemetry", one.document) for n, one in enumerate(SCENARIO.readings)]
REJECTED = [Rejected(record, (oddity,)) for record, oddity in SCENARIO.broken]


def failed(
    stored: Sequence[Stored] = STORED, rejected: Sequence[Rejected] = REJECTED, history: History = HISTORY
) -> list[str]:
    return [one.claim for one in check(SCENARIO, stored, rejected, {"queue": history}) if one.findings]


def test_books_balance() -> None:
    assert failed() == []


def test_lost_reading_is_found() -> None:
    assert failed(STORED[1:]) == ["every reading was stored"]


def test_reading_stored_twice_is_found() -> None:
    assert failed([STORED[0], *STORED]) == ["no reading was stored twice"]


def test_foreign_message_is_found() -> None:
    foreign = replace(STORED[0], payload={**STORED[0].payload, "co2": -1})
    assert failed([*STORED, foreign]) == ["nothing else was stored"]


def test_room_out_of_order_is_found() -> None:
    fifo = [one for one in STORED if one.payload["room"] == "room-2"]
    others = [one for one in STORED if one not in fifo]
    assert failed([*others, *reversed(fifo)]) == ["rooms of FIFO and Kinesis kept their order"]


@pytest.mark.parametrize("rejected", [REJECTED[1:], [REJECTED[0], *REJECTED]])
def test_rejection_missing_or_double_is_found(rejected: list[Rejected]) -> None:
    assert failed(rejected=rejected) == ["every broken record was rejected once"]


@pytest.mark.parametrize(
    "history",
    [
        History((), (), dead=("a",)),
        History((), (), pending=("a",)),
        History((), (), discarded=(Discarded(0, ("a",), "RetryAttemptsExhausted"),)),
    ],
)
def test_record_that_was_not_done_is_found(history: History) -> None:
    assert failed(history=history) == ["every record left its source as done"]
