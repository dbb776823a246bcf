"""Whole histories: a source of records, its poller, the function, the target, on one virtual clock."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from local import faults
from local.lambda_runtime.events import (
    Event,
    KinesisRecord,
    queue_arn,
    sequence_number,
    sqs_message,
    stream_arn,
)
from local.pollers import History, Invoke, KinesisPoller, KinesisSettings, SqsPoller, SqsSettings
from tests.support.forwarder.function import Function
from tests.support.forwarder.scenarios import Body, text

START = 1_700_000_000_000
"""The target's clock when the poller's shows 0, epoch milliseconds."""
STANDARD = SqsSettings(
    queue_arn("q"), function_timeout=5, visibility_timeout=20, max_receives=4, batch_size=50
)
FIFO = replace(STANDARD, arn=queue_arn("q.fifo"))
SHARD = KinesisSettings(stream_arn("s"), function_timeout=5, retries=3)
SETTINGS: Mapping[str, SqsSettings | KinesisSettings] = {"sqs": STANDARD, "fifo": FIFO, "kinesis": SHARD}
PATIENT: Mapping[str, SqsSettings | KinesisSettings] = {
    "sqs": replace(STANDARD, max_receives=None),
    "fifo": replace(FIFO, max_receives=None),
    "kinesis": replace(SHARD, retries=None),
}
"""Sources that give nothing up."""
Settings = SqsSettings | KinesisSettings


@dataclass(frozen=True)
class Run:
    """Finished history, with the ids of messages by what became of their records."""

    history: History
    bodies: Mapping[str, Body]
    """By the record's id."""
    accepted: Sequence[str]
    rejected: Sequence[str]
    """The records in the rejected-records queue."""

    @property
    def given_up(self) -> list[str]:
        """Return the names of the records that the source gave up."""
        discarded = [id for batch in self.history.discarded for id in batch.ids]
        return self.names([*self.history.dead, *discarded])

    def names(self, records: Iterable[str]) -> list[str]:
        """Return the names of the records with these ids."""
        return [name(self.bodies[record]) for record in records]

    def returned(self, number: int) -> list[str]:
        """Return the names of the records that an invocation gave back."""
        response = self.history.invocations[number].response
        return self.names(failure["itemIdentifier"] for failure in response["batchItemFailures"])


def run(
    function: Function,
    endpoint: faults.FaultyEndpoint,
    settings: Settings,
    bodies: Sequence[Body],
    *,
    around: Callable[[Invoke], Invoke] = lambda invoke: invoke,
    most: int = 200,
) -> Run:
    """Deliver one record per body until the source is empty, and see that nothing was lost or doubled."""

    def invoke(event: Event, seconds: float) -> Any:
        return function.handle(*event["Records"], remaining=lambda: seconds).response.body

    poller = make_poller(settings, bodies, around(invoke))
    endpoint.clock = lambda: START + int(poller.now * 1000)
    history = poller.run(most)
    ids = [id for id, _ in records(settings, bodies)]
    over = Run(
        history,
        dict(zip(ids, bodies, strict=True)),
        endpoint.accepted_ids(),
        function.rejects.ids,
    )
    nothing_is_lost_or_doubled(over)
    return over


def nothing_is_lost_or_doubled(over: Run) -> None:
    """Assert that every record has come to an end, and that no message was accepted twice."""
    history = over.history
    assert not history.pending
    assert max(Counter(over.accepted).values(), default=0) <= 1, "accepted twice"
    for record in history.done:
        there = set(ids_of(over.bodies[record])) <= set(over.accepted)
        assert there or record in over.rejected, f"{name(over.bodies[record])} is gone"
    discarded = [id for batch in history.discarded for id in batch.ids]
    assert sorted([*history.done, *history.dead, *discarded]) == sorted(over.bodies)


def order_is_kept(over: Run) -> None:
    """Assert that the messages of each key were accepted in the order in which they were written."""
    lanes: dict[Any, list[str]] = {}
    for body in over.bodies.values():
        if isinstance(body, dict):
            lanes.setdefault(body["key"], []).extend(ids_of(body))
    for lane in lanes.values():
        assert [id for id in over.accepted if id in lane] == [id for id in lane if id in over.accepted]


def make_poller(settings: Settings, bodies: Sequence[Body], invoke: Invoke) -> SqsPoller | KinesisPoller:
    waiting = [record for _, record in records(settings, bodies)]
    if isinstance(settings, SqsSettings):
        return SqsPoller(waiting, invoke, settings)
    return KinesisPoller([waiting], invoke, settings)


def records(settings: Settings, bodies: Sequence[Body]) -> list[tuple[str, Any]]:
    """Return the records that wait in the source, with their ids."""
    if isinstance(settings, KinesisSettings):
        numbers = [sequence_number(n) for n in range(len(bodies))]
        return [
            (number, KinesisRecord(number, key(body), text(body).encode(), START))
            for number, body in zip(numbers, bodies, strict=True)
        ]
    messages = [
        sqs_message(str(n), text(body), START, group=key(body) if settings.fifo else None, position=n)
        for n, body in enumerate(bodies)
    ]
    return [(message.id, message) for message in messages]


def key(body: Body) -> str:
    return str(body["key"]) if isinstance(body, dict) else "bad"


def name(body: Body) -> str:
    return str(body["id"]) if isinstance(body, dict) else body


def ids_of(body: Body) -> list[str]:
    """Return the ids of the messages of a record."""
    if isinstance(body, str):
        return []
    if "lines" in body:
        return [str(line["id"]) for line in body["lines"] if isinstance(line, dict)]
    if "items" in body:
        return [f"{body['id']}-{index}" for index in range(len(body["items"]))]
    return [str(body["id"])]
