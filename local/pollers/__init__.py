"""A model of Lambda's event source mappings on a virtual clock: it invokes a function, reads its answer as
Lambda would, and delivers again what has to come back, until the source is empty.

A poller is given what waits in the source and an `invoke(event, remaining seconds) -> response`; whatever
`invoke` raises is a function error. Nothing sleeps, and the same seed gives the same history. Invocations
follow one another; several at a time are not modelled.
"""

from local.pollers.history import Discarded, History, Invocation, Invoke
from local.pollers.kinesis import KinesisPoller, KinesisSettings
from local.pollers.sqs import SqsPoller, SqsSettings
from local.pollers.verdicts import Verdict, judge

__all__ = [
    "Discarded",
    "History",
    "Invocation",
    "Invoke",
    "KinesisPoller",
    "KinesisSettings",
    "SqsPoller",
    "SqsSettings",
    "Verdict",
    "judge",
]
