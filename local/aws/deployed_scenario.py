"""A scenario in a deployed stack: the records sent into it, and their expected results."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

from local.aws.deployed import Deployed
from local.aws.expectations import Broken, broken
from local.aws.producers import put_records, send_messages
from local.demo.scenario import Scenario
from local.demo.verification import Stored
from local.lambda_runtime.events import dumps

QUEUES = ("Telemetry", "OrderedTelemetry")


@dataclass(slots=True)
class DeployedScenario:
    """Deployed stack and the scenario that is sent into it; `real_ids` maps the scenario's ids to AWS's."""

    stack: Deployed
    scenario: Scenario
    real_ids: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> list[Broken]:
        """Return the broken records under their real ids."""
        return broken(self.scenario, self.real_ids)

    def send_queues(self) -> None:
        """Send what goes into the two queues, into both at once."""
        account = self.stack.account
        urls = [self.stack.outputs[f"{name}Url"] for name in QUEUES]
        with ThreadPoolExecutor() as pool:
            sent = (self.scenario.standard, self.scenario.fifo)
            for real_ids in pool.map(send_messages, (account, account), urls, sent):
                self.real_ids |= real_ids

    def send_stream(self) -> None:
        """Put what goes into the stream, the rooms in turn."""
        in_turn = chain.from_iterable(zip_longest(*self.scenario.shards))
        records = [record for record in in_turn if record is not None]
        self.real_ids |= put_records(self.stack.account, self.stack.outputs["TelemetryStreamName"], records)

    def is_drained(self) -> bool:
        """Return whether the queues hold nothing, neither waiting nor in flight."""
        return not any(self.stack.depth(f"{name}Url") for name in QUEUES)

    def is_stream_drained(self) -> bool:
        """Return whether the function has received all that was put into the stream."""
        return self._received("kinesis") >= sum(map(len, self.scenario.shards))

    def summaries(self) -> list[dict[str, Any]]:
        """Return the function's summary lines: one for each invocation."""
        return [line for line in self.stack.log() if "records" in line and "message" in line]

    def _received(self, source: str) -> int:
        return sum(
            summary["records"]["received"] for summary in self.summaries() if summary["source"] == source
        )

    def own(self, stored: Iterable[Stored]) -> list[Stored]:
        """Return those of the endpoint's messages that hold a reading of the scenario."""
        wanted = {dumps(reading.document) for reading in self.scenario.readings}
        return [message for message in stored if dumps(message.payload) in wanted]

    def dead_letters(self) -> list[Any]:
        """Take the messages out of the dead-letter queues."""
        return [message for name in QUEUES for message in self.stack.take_all(f"{name}DlqUrl")]
