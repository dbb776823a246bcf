"""The methods of the client, for readers and type checkers; botocore builds the real ones from the model."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Batch = Sequence[Mapping[str, Any]]
Answer = dict[str, Any]


class IotEventsDataClient(Protocol):
    """Boto3 client of `iotevents-data`: the 12 operations and the common parts of every boto3 client.

    Requests and answers are those of AWS's API reference: payloads are bytes, up to 1 KB each by AWS's limit,
    times in answers are datetimes, a batch has at most 10 entries. Each operation raises botocore's
    ClientError for an error of the endpoint (its codes are in `exceptions`), ParamValidationError for a
    wrong parameter, its connection errors, and DoubtfulAnswerError for an answer that proves nothing. The
    batch operations return entries for what was refused and raise only if nothing was done.
    """

    meta: Any
    exceptions: Any

    def batch_put_message(self, *, messages: Batch) -> Answer:
        """Send messages to inputs; `timestamp` of a message is `{"timeInMillis": epoch milliseconds}`."""

    def batch_update_detector(self, *, detectors: Batch) -> Answer:
        """Create detectors or set their states, variables and timers; timers are in seconds."""

    def batch_delete_detector(self, *, detectors: Batch) -> Answer:
        """Delete detectors."""

    def describe_detector(self, *, detectorModelName: str, keyValue: str = ...) -> Answer:
        """Return a detector's state, variables and timers."""

    def list_detectors(
        self, *, detectorModelName: str, stateName: str = ..., nextToken: str = ..., maxResults: int = ...
    ) -> Answer:
        """Return a page of a model's detectors."""

    def batch_acknowledge_alarm(self, *, acknowledgeActionRequests: Batch) -> Answer:
        """Acknowledge alarms."""

    def batch_disable_alarm(self, *, disableActionRequests: Batch) -> Answer:
        """Disable alarms."""

    def batch_enable_alarm(self, *, enableActionRequests: Batch) -> Answer:
        """Enable alarms."""

    def batch_reset_alarm(self, *, resetActionRequests: Batch) -> Answer:
        """Reset alarms."""

    def batch_snooze_alarm(self, *, snoozeActionRequests: Batch) -> Answer:
        """Snooze alarms, each for its `snoozeDuration` in seconds."""

    def describe_alarm(self, *, alarmModelName: str, keyValue: str = ...) -> Answer:
        """Return an alarm's state."""

    def list_alarms(self, *, alarmModelName: str, nextToken: str = ..., maxResults: int = ...) -> Answer:
        """Return a page of a model's alarms."""

    def close(self) -> None: ...
