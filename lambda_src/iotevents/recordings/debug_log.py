"""Records of evaluations in the form of the service's DEBUG log.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/monitoring-cloudwatch.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from iotevents.engine import Condition, MessageEvent
from iotevents.runtime.outcomes import Evaluated


def debug_record(evaluated: Evaluated) -> dict[str, Any]:
    """Return the "Summary of message evaluation" of a traced evaluation.

    Members without a value are left out: messageId and message if a timer was the trigger, keyValue if the
    model has no key, the initial state of a new detector. `hasTransition` is about the whole evaluation.
    """
    moment = datetime.fromtimestamp(evaluated.time / 1000, UTC).isoformat(timespec="milliseconds")
    before, after = evaluated.before, evaluated.after
    message = evaluated.trigger if isinstance(evaluated.trigger, MessageEvent) else None
    record = {
        "timestamp": moment.replace("+00:00", "Z"),
        "level": "DEBUG",
        "logMessage": "Summary of message evaluation",
        "context": "MessageEvaluation",
        "status": "Success",
        "messageId": message.message_id if message else None,
        "keyValue": evaluated.key,
        "detectorModelName": evaluated.model.name,
        "initialState": before.state if before else None,
        "initialVariables": dict(before.variables) if before else {},
        "finalState": after.state if after else None,
        "finalVariables": dict(after.variables) if after else {},
        "message": json.dumps(message.payload, ensure_ascii=False) if message else None,
        "messageType": "CUSTOMER_MESSAGE" if message else "TIMER",
        "conditionEvaluationResults": [
            _condition(condition, evaluated.transition is not None)
            for condition in evaluated.conditions or ()
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
