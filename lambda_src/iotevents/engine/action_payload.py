"""Payloads of actions: the default payload, or the model's own.

Source: https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-simple-example.html (the default
payload), iotevents-supported-actions.html
"""

import json
from typing import Any

from iotevents.engine.action_parameters import ParameterError
from iotevents.engine.evaluation import Evaluation
from iotevents.engine.triggers import MessageEvent
from iotevents.expressions import UNDEFINED, text_of
from iotevents.json_text import json_text
from iotevents.models import Payload, PayloadType, StateEvent


def default_payload(evaluation: Evaluation, event: StateEvent, action_id: str) -> str:
    """Return the payload of an action that has none of its own, as of this moment of the evaluation.

    `stateName` is the old state in `onExit` and in the actions of a transition, the new one in `onEnter`.
    """
    body = {
        "eventTime": evaluation.now,
        "payload": {
            "actionExecutionId": action_id,
            "detector": detector_details(evaluation),
            "eventTriggerDetails": trigger_details(evaluation),
            "state": {
                "stateName": evaluation.state,
                "variables": evaluation.variables,
                "timers": timers_in_payload(evaluation),
            },
        },
        "eventName": event.name,
    }
    return json_text(body)


def detector_details(evaluation: Evaluation) -> dict[str, str]:
    """Return the model and key of the detector, without `keyValue` if the model has no key."""
    model, key = evaluation.model, evaluation.detector.key
    details = {"detectorModelName": model.name}
    if key is not None:
        details["keyValue"] = key
    return {**details, "detectorModelVersion": model.version}


def trigger_details(evaluation: Evaluation) -> dict[str, str]:
    """Return the trigger of the evaluation, without an input and a messageId if it is a timer."""
    trigger = evaluation.trigger
    if not isinstance(trigger, MessageEvent):
        return {"triggerType": "Timer"}
    details = {"inputName": trigger.input}
    if trigger.message_id is not None:
        details["messageId"] = trigger.message_id
    return {**details, "triggerType": "Message"}


def timers_in_payload(evaluation: Evaluation) -> dict[str, int]:
    """Return the running timers: the epoch milliseconds of their deadlines by their names."""
    return dict(evaluation.timers)


def custom_payload(evaluation: Evaluation, payload: Payload, where: str) -> str:
    """Return the text of the model's own payload.

    Raise EvaluationError or ParameterError if it has no value. Text that is not JSON although the type says
    so is noted, and sent.
    """
    value = payload.content.evaluate(evaluation)
    if value is UNDEFINED:
        missing = ", ".join(payload.content.undefined_references(evaluation))
        raise ParameterError(f"the payload's expression could not be evaluated; undefined: {missing}")
    if payload.type is PayloadType.STRING:
        return text_of(value)
    if not isinstance(value, str):
        raise ParameterError("the payload's type is JSON, so its expression must evaluate to a string")
    if not _is_json(value):
        evaluation.fail(where, "warning: the action is performed, but its payload is not valid JSON")
    return value


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
