"""An evaluation in the form of the service's DEBUG log record.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/monitoring-cloudwatch.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from iotevents.engine import Condition, MessageEvent
from iotevents.runtime.outcomes import Evaluated


def debug_record(one: Evaluated) -> dict[str, Any]:
    """The "Summary of message evaluation" of an evaluation that was traced.

    What a record does not know is left out: messageId and message if a timer was the trigger, keyValue if the
    model has no key, the initial state of a new detector. `hasTransition` tells of the whole evaluation.
    """
    moment = datetime.fromtimestamp(one.time / 1000, UTC).isoformat(timespec="milliseconds")
    before, after = one.before, one.after
    message = one.event if isinstance(one.event, MessageEvent) else None
    record = {
        "timestamp": moment.replace("+00:00", "Z"),
        "level": "DEBUG",
        "logMessage": "Summary of message evaluation",
        "context": "MessageEvaluation",
        "status": "Success",
        "messageId": message.message_id if message else None,
        "keyValue": one.key,
        "detectorModelName": one.model.name,
        "initialState": before.state if before else None,
        "initialVariables": dict(before.variables) if before else {},
        "finalState": after.state if after else None,
        "finalVariables": dict(after.variables) if after else {},
        "message": json.dumps(message.payload, ensure_ascii=False) if message else None,
        "messageType": "CUSTOMER_MESSAGE" if message else "TIMER",
        "conditionEvaluationResults": [
            _condition(condition, one.transition is not None) for condition in one.conditions or ()
        ],
    }
    return {name: value for name, value in record.items() if value is not None}


def _condition(condition: Condition, has_transition: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "result": condition.result,
        "eventName": condition.event_name,
        "state": condition.state,
        "lifeCycle": condition.life_cycle.value,
        "hasTransition": has_transition,
    }
    return shown if condition.details is None else {**shown, "resultDetails": condition.details}
