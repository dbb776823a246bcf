"""Tasks without an event around them."""

from forwarder.delivery.tasks import RecordState, Task
from forwarder.records import Message, Record, Routed, Source
from tests.support.forwarder.records import ARRIVAL, QUEUE


def make_task(order: int, *, position: int | None = None, barrier: bool = False, attempts: int = 0) -> Task:
    """Return a task of a record of its own, by default at the same place in the event."""
    place = order if position is None else position
    record = Record(place, f"m-{place}", Source.SQS, QUEUE, b"{}", None, ARRIVAL, {})
    message = None if barrier else Message(f"i-{order}", "input", b"{}", 0, None)
    return Task(order, RecordState(Routed(record)), message, attempts=attempts)
