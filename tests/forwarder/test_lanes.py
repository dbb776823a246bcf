"""Which messages wait for each other."""

from typing import Any

from forwarder.delivery.batch_state import BatchState
from forwarder.delivery.scheduler import make_lanes

from tests.support.forwarder.function import ROUTE, fifo, message, sqs
from tests.support.forwarder.scenarios import Scenario


def lanes(*entries: dict[str, Any], keyed: bool = True, barriers: bool = False) -> list[list[str]]:
    """Return the ids of the messages of each lane; a barrier is |."""
    routed = Scenario({"routes": [ROUTE]}, list(entries)).routed
    made = make_lanes(BatchState(routed, barriers=barriers), keyed=keyed)
    return [[task.message.id if task.message else "|" for task in lane] for lane in made]


def test_lanes_of_keys_in_event_order() -> None:
    assert lanes(*sqs(message("1", "a"), message("2", "b"), message("3", "a"))) == [["1", "3"], ["2"]]


def test_lanes_of_messages_without_key() -> None:
    assert lanes(*sqs(message("1"), message("2"))) == [["1"], ["2"]]


def test_lanes_without_ordering_hold_one_message() -> None:
    assert lanes(*sqs(message("1", "a"), message("2", "a")), keyed=False) == [["1"], ["2"]]


def test_lanes_barrier_behind_its_record() -> None:
    assert lanes(*fifo(message("1", "a"), "no JSON", message("2", "a")), barriers=True) == [
        ["1", "|", "2", "|"],
        ["|"],
    ]


def test_lanes_of_groups_that_share_a_message() -> None:
    """Else the later ones of one group would pass a message that waits, or has failed, in the other."""
    first, second, again, last = fifo(message("1", "a"), message("2"), message("2"), message("3"))
    second["attributes"]["MessageGroupId"] = "a"
    again["attributes"]["MessageGroupId"] = last["attributes"]["MessageGroupId"] = "b"
    assert lanes(first, second, again, last) == [["1", "2", "3"]]
