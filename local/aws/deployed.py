"""A deployed stack as its outputs describe it: the contents of its queues, the log of its function."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from local.aws.account import Account
from local.demo.log_summaries import objects

COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class WaitError(Exception):
    """A condition did not become true in time."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """Deployed stack with its outputs by name."""

    name: str
    account: Account
    outputs: dict[str, str]

    def depth(self, output: str) -> int:
        """Return how many messages a queue holds, those in flight included."""
        sqs = self.account.client("sqs")
        attributes = sqs.get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=list(COUNTS))[
            "Attributes"
        ]
        return sum(int(attributes[name]) for name in COUNTS)

    def take_all(self, output: str) -> list[Any]:
        """Receive and delete the messages of a queue until there are no more."""
        sqs, url, taken = self.account.client("sqs"), self.outputs[output], []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            taken += messages
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def log(self) -> list[dict[str, Any]]:
        """Return the JSON lines that the function wrote."""
        return list(objects(self._log_lines()))

    def alarms(self) -> list[dict[str, Any]]:
        """Return the stack's alarms."""
        paginator = self.account.client("cloudwatch").get_paginator("describe_alarms")
        pages = paginator.paginate(AlarmNamePrefix=f"{self.name}-")
        return [alarm for page in pages for alarm in page["MetricAlarms"]]

    def queue_urls(self) -> list[str]:
        """Return the queues that exist under the stack's name."""
        pages = (
            self.account.client("sqs").get_paginator("list_queues").paginate(QueueNamePrefix=f"{self.name}-")
        )
        return [url for page in pages for url in page.get("QueueUrls", ())]

    def has_logs(self) -> bool:
        """Return whether the function's log group exists."""
        group = self.outputs["LogGroupName"]
        groups = self.account.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        return any(description["logGroupName"] == group for description in groups)

    def _log_lines(self) -> Iterator[str]:
        logs, group = self.account.client("logs"), self.outputs["LogGroupName"]
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for page in pages:
            yield from (event["message"] for event in page["events"])


def wait_until(what: str, holds: Callable[[], bool], patience: float) -> None:
    """Wait until something holds; raise WaitError after `patience` seconds."""
    end = monotonic() + patience
    while not holds():
        if monotonic() > end:
            raise WaitError(f"after {patience:g} s still not: {what}")
        sleep(0.5)
