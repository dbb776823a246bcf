"""The operations of the data plane: their methods and paths, and which of them this server has.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_Operations_AWS_IoT_Events_Data.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from iotevents.api import batch_put_message
from iotevents.messages import Message
from iotevents.service import Refusal


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's name, method and path, in which the parts in braces stand for names.

    `read` makes messages of its request, `answer` makes its answer of their refusals.
    """

    name: str
    method: str
    path: str
    read: Callable[[Any], list[Message]] | None = None
    answer: Callable[[Sequence[Message], Sequence[Refusal | None]], dict[str, Any]] | None = None


OPERATIONS = (
    Operation(
        "BatchPutMessage", "POST", "/inputs/messages", batch_put_message.read, batch_put_message.answer
    ),
    Operation("BatchUpdateDetector", "POST", "/detectors"),
    Operation("BatchDeleteDetector", "POST", "/detectors/delete"),
    Operation("DescribeDetector", "GET", "/detectors/{detectorModelName}/keyValues"),
    Operation("ListDetectors", "GET", "/detectors/{detectorModelName}"),
    Operation("BatchAcknowledgeAlarm", "POST", "/alarms/acknowledge"),
    Operation("BatchDisableAlarm", "POST", "/alarms/disable"),
    Operation("BatchEnableAlarm", "POST", "/alarms/enable"),
    Operation("BatchResetAlarm", "POST", "/alarms/reset"),
    Operation("BatchSnoozeAlarm", "POST", "/alarms/snooze"),
    Operation("DescribeAlarm", "GET", "/alarms/{alarmModelName}/keyValues"),
    Operation("ListAlarms", "GET", "/alarms/{alarmModelName}"),
)
