"""The table of the data plane's operations: names, methods, paths, and their functions here.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_Operations_AWS_IoT_Events_Data.html
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iotevents.api import batch_put_message, detector_batches
from iotevents.api.detector_queries import describe_detector, list_detectors
from iotevents.runtime.outcomes import Refusal
from iotevents.service.commands import Command
from iotevents.service.service import Service


@dataclass(frozen=True, slots=True)
class BatchCall:
    """Operation on a batch: `read` makes commands of the request, `answer` makes the answer of refusals."""

    read: Callable[[Any], Sequence[Command]]
    answer: Callable[[Any, Sequence[Refusal | None]], dict[str, Any]]


Query = Callable[[Service, Mapping[str, str], int], dict[str, Any]]
"""Answers from the parameters of path and query, at `now` in epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its name, method, path (with parameters in braces), and its function.

    `call` is None if this server does not have it.
    """

    name: str
    method: str
    path: str
    call: BatchCall | Query | None = None


OPERATIONS = (
    Operation(
        "BatchPutMessage",
        "POST",
        "/inputs/messages",
        BatchCall(batch_put_message.read, batch_put_message.answer),
    ),
    Operation(
        "BatchUpdateDetector",
        "POST",
        "/detectors",
        BatchCall(detector_batches.updates, detector_batches.answer_updates),
    ),
    Operation(
        "BatchDeleteDetector",
        "POST",
        "/detectors/delete",
        BatchCall(detector_batches.deletions, detector_batches.answer_deletions),
    ),
    Operation("DescribeDetector", "GET", "/detectors/{detectorModelName}/keyValues", describe_detector),
    Operation("ListDetectors", "GET", "/detectors/{detectorModelName}", list_detectors),
    Operation("BatchAcknowledgeAlarm", "POST", "/alarms/acknowledge"),
    Operation("BatchDisableAlarm", "POST", "/alarms/disable"),
    Operation("BatchEnableAlarm", "POST", "/alarms/enable"),
    Operation("BatchResetAlarm", "POST", "/alarms/reset"),
    Operation("BatchSnoozeAlarm", "POST", "/alarms/snooze"),
    Operation("DescribeAlarm", "GET", "/alarms/{alarmModelName}/keyValues"),
    Operation("ListAlarms", "GET", "/alarms/{alarmModelName}"),
)
