"""The demo's three sources, polled in turn as long as any of them holds something."""

from collections.abc import Callable

from local.demo.scenario import Scenario
from local.lambda_runtime.events import queue_arn, stream_arn
from local.pollers import History, Invoke, KinesisPoller, KinesisSettings, SqsPoller, SqsSettings

Poller = SqsPoller | KinesisPoller

STANDARD = "SQS standard"
FIFO = "SQS FIFO"
KINESIS = "Kinesis"

_TURNS = {STANDARD: 1, FIFO: 10, KINESIS: 2}
"""Invocations in one round: about a hundred records of each source."""


def drive(
    scenario: Scenario, invoke: Invoke, report: Callable[[int], None], seed: int = 1
) -> dict[str, History]:
    """Poll until the sources are empty and return their histories; `report` is told of the records done."""
    pollers = _pollers(scenario, invoke, seed)
    busy = dict(pollers)
    while busy:
        busy = {name: poller for name, poller in busy.items() if _take_turn(poller, _TURNS[name])}
        report(sum(len(poller.history.done) for poller in pollers.values()))
    return {name: poller.history for name, poller in pollers.items()}


def _pollers(scenario: Scenario, invoke: Invoke, seed: int) -> dict[str, Poller]:
    standard = SqsSettings(queue_arn("telemetry"), batch_size=100, seed=seed)
    fifo = SqsSettings(queue_arn("telemetry.fifo"), batch_size=10)
    stream = KinesisSettings(stream_arn("telemetry"), batch_size=50)
    return {
        STANDARD: SqsPoller(scenario.standard, invoke, standard),
        FIFO: SqsPoller(scenario.fifo, invoke, fifo),
        KINESIS: KinesisPoller(scenario.shards, invoke, stream),
    }


def _take_turn(poller: Poller, invocations: int) -> bool:
    """Invoke for a source; one that got something back waits for its next turn. False once it is empty."""
    for _ in range(invocations):
        invocation = poller.poll()
        if invocation is None:
            return False
        if invocation.verdict.failed:
            break
    return True
