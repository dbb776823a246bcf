"""One deployment under trial: what was sent into it, and what has to come of that."""

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
class Trial:
    """A deployed stack and the scenario that goes into it; `given` holds real ids by the scenario's."""

    stack: Deployed
    scenario: Scenario
    given: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> list[Broken]:
        """The broken records under their real ids."""
        return broken(self.scenario, self.given)

    def send_queues(self) -> None:
        """Send what goes into the two queues, into both at once."""
        account = self.stack.account
        urls = [self.stack.outputs[f"{name}Url"] for name in QUEUES]
        with ThreadPoolExecutor() as pool:
            sent = (self.scenario.standard, self.scenario.fifo)
            for given in pool.map(send_messages, (account, account), urls, sent):
                self.given |= given

    def send_stream(self) -> None:
        """Put what goes into the stream, the rooms in turn."""
        in_turn = chain.from_iterable(zip_longest(*self.scenario.shards))
        records = [one for one in in_turn if one is not None]
        self.given |= put_records(self.stack.account, self.stack.outputs["TelemetryStreamName"], records)

    def is_drained(self) -> bool:
        """Whether the queues hold nothing, neither waiting nor in flight."""
        return not any(self.stack.depth(f"{name}Url") for name in QUEUES)

    def is_stream_drained(self) -> bool:
        """Whether the function has received all that was put into the stream."""
        return self._received("kinesis") >= sum(map(len, self.scenario.shards))

    def summaries(self) -> list[dict[str, Any]]:
        """Return the function's summary lines: one for each invocation."""
        return [one for one in self.stack.log() if "records" in one and "message" in one]

    def _received(self, source: str) -> int:
        return sum(one["records"]["received"] for one in self.summaries() if one["source"] == source)

    def own(self, stored: Iterable[Stored]) -> list[Stored]:
        """Return those of the endpoint's messages that hold a reading of this trial."""
        wanted = {dumps(one.document) for one in self.scenario.readings}
        return [one for one in stored if dumps(one.payload) in wanted]

    def dead_letters(self) -> list[Any]:
        """Take the messages out of the dead-letter queues."""
        return [one for name in QUEUES for one in self.stack.take_all(f"{name}DlqUrl")]
