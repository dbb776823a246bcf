"""Data and configurations of the field, each with what is right."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from forwarder.errors import ConfigError, EventError

from tests.support.forwarder.field import FOLDER, Case, cases

CASES = pytest.mark.parametrize("case", cases(), ids=lambda case: case.folder.name)


def subset(rows: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with only the members that are wanted of each."""
    return [{name: row[name] for name in names} for row, names in zip(rows, wanted, strict=True)]


@CASES
def test_field_messages(case: Case) -> None:
    wanted = case.expected["messages"]
    assert subset(case.messages, wanted) == wanted


@CASES
def test_field_rejected(case: Case) -> None:
    wanted = case.expected.get("rejected", [])
    assert subset(case.rejected, wanted) == wanted


def test_rejected_queue_is_not_the_source() -> None:
    with pytest.raises(ConfigError, match=r"rejectedQueueUrl: is the queue that the event comes from \(arn:"):
        _ = Case(FOLDER / "rejected-queue-is-source").explanation


def test_event_of_s3_is_named() -> None:
    with pytest.raises(EventError, match=r"^events of aws:s3 are not handled, .* put an SQS queue between"):
        _ = Case(FOLDER / "event-of-s3").explanation


def test_unknown_member_in_when_is_refused() -> None:
    problem = r"routes\[0\]\.when: the record document has no member climate; text stands in single quotes"
    with pytest.raises(ConfigError, match=problem):
        _ = Case(FOLDER / "unknown-member-when").explanation


@CASES
def test_field_outcomes(case: Case) -> None:
    assert case.outcomes == case.expected.get("outcomes", case.outcomes)
