"""The contestants: each way to send, with its event."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import ways
from benchmarks.batches import batch, fewest_calls
from benchmarks.ways import Way
from local.lambda_runtime.events import Event

RECORDS = 10_000
FEW = 2_000
"""Records for what sends one at a time, as its rate does not depend on them."""
KEYS = (1, 50, 5_000)
ORDERINGS = ("none", "key", "strict")


@dataclass(frozen=True, slots=True)
class Contestant:
    """Way to send and its event; `ordering` decides the minimum number of calls."""

    name: str
    ordering: str
    event: Event
    way: Way

    @property
    def records(self) -> int:
        """Return the number of records in the event."""
        return len(self.event["Records"])

    @property
    def bound(self) -> int:
        """Return the minimum number of calls for the event."""
        return fewest_calls(self.event, self.ordering)


def all_ways(url: str, few: int) -> Iterator[Contestant]:
    """Yield the alternatives to the forwarder, first the loop, and the forwarder in all orders.

    What sends one message at a time gets a `few` records.
    """
    event = batch(few, max(KEYS))
    yield Contestant("one batch_put_message a record, in a loop", "strict", event, ways.loop(url))
    yield Contestant("Powertools process_partial_response", "strict", event, ways.powertools(url))
    for ordering in ORDERINGS:
        for keys in KEYS:
            one_by_one = ordering == "strict" or (ordering, keys) == ("key", 1)
            yield ours(url, ordering, 8, keys, few if one_by_one else RECORDS)
    yield ours(url, "key", 16, max(KEYS), RECORDS)


def one_worker(url: str) -> Iterator[Contestant]:
    """Yield full calls of plain boto3, and the forwarder with one worker, which needs the fewest calls."""
    event = batch(RECORDS, max(KEYS))
    yield Contestant("bare boto3, full calls", "none", event, ways.bare(url, event))
    for keys in reversed(KEYS):
        yield ours(url, "key", 1, keys, RECORDS if keys > 1 else FEW)
    skewed = batch(RECORDS, 50, skewed=True)
    yield Contestant("forwarder key, 50 uneven keys, 1 worker", "key", skewed, ways.forwarder(url, "key", 1))


def ours(url: str, ordering: str, workers: int, keys: int, records: int) -> Contestant:
    """Return the forwarder as a contestant."""
    way = ways.forwarder(url, ordering, workers)
    return Contestant(name(ordering, keys, workers), ordering, batch(records, keys), way)


def name(ordering: str, keys: int, workers: int) -> str:
    """Return the forwarder's name in the tables."""
    plural = "s" if keys > 1 else ""
    return f"forwarder {ordering}, {keys} key{plural}, {workers} worker{'s' if workers > 1 else ''}"
