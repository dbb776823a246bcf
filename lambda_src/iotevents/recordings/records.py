"""The records of a replay: one JSON object for each evaluation, and for each message that none took."""

from typing import Any

from iotevents.engine import Effect, MessageEvent
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Rejected, Unrouted

Record = dict[str, Any]


def record_of(outcome: Outcome) -> Record:
    """The record of an outcome."""
    match outcome:
        case Evaluated():
            return _evaluated(outcome)
        case Rejected(time, message, code, reason):
            return rejected(time, message.input, message.message_id, code, reason)
        case Duplicate(time, message):
            return {"time": time, "input": message.input, "messageId": message.message_id, "duplicate": True}
        case Unrouted(time, message):
            return {"time": time, "input": message.input, "messageId": message.message_id, "unrouted": True}


def rejected(time: int, input_name: str | None, message_id: str | None, code: str, reason: str) -> Record:
    """The record of a message that no detector took because it is wrong."""
    return {
        "time": time,
        "input": input_name,
        "messageId": message_id,
        "rejected": {"errorCode": code, "errorMessage": reason},
    }


def _evaluated(one: Evaluated) -> Record:
    trigger, input_name, message_id = _trigger(one)
    after = one.after
    return {
        "time": one.time,
        "model": one.model.name,
        "key": one.key,
        "trigger": trigger,
        "input": input_name,
        "messageId": message_id,
        "from": one.before.state if one.before else None,
        "to": after.state if after else None,
        "variables": dict(after.variables) if after else {},
        "timers": dict(after.timers) if after else {},
        "actions": [_action(effect) for effect in one.effects],
        "conditions": [_condition(condition) for condition in one.conditions or ()],
        "errors": [failure._asdict() for failure in one.failures],
    }


def _trigger(one: Evaluated) -> tuple[str, str | None, str | None]:
    match one.event:
        case MessageEvent(input_name, _, message_id):
            return "message", input_name, message_id
        case str(request_id):
            return "operation", None, request_id
        case _:
            return "timer", None, None


def _action(effect: Effect) -> Record:
    return {
        "type": effect.type,
        "eventName": effect.event_name,
        "id": effect.id,
        "parameters": dict(effect.parameters),
        "payload": effect.payload,
    }


def _condition(condition: Any) -> Record:
    shown = {
        "state": condition.state,
        "lifeCycle": condition.life_cycle.value,
        "eventName": condition.event_name,
        "result": condition.result,
    }
    return shown if condition.details is None else {**shown, "resultDetails": condition.details}
