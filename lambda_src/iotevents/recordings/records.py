"""Records of a replay: a JSON object for each evaluation, and for each message that was not evaluated."""

from typing import Any

from iotevents.engine import Effect, MessageEvent
from iotevents.runtime.outcomes import Duplicate, Evaluated, Outcome, Rejected, Unrouted

Record = dict[str, Any]


def record_of(outcome: Outcome) -> Record:
    """Return the record of an outcome."""
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
    """Return the record of a message that was refused."""
    return {
        "time": time,
        "input": input_name,
        "messageId": message_id,
        "rejected": {"errorCode": code, "errorMessage": reason},
    }


def _evaluated(evaluated: Evaluated) -> Record:
    trigger, input_name, message_id = _trigger(evaluated)
    after = evaluated.after
    return {
        "time": evaluated.time,
        "model": evaluated.model.name,
        "key": evaluated.key,
        "trigger": trigger,
        "input": input_name,
        "messageId": message_id,
        "from": evaluated.before.state if evaluated.before else None,
        "to": after.state if after else None,
        "variables": dict(after.variables) if after else {},
        "timers": dict(after.timers) if after else {},
        "actions": [_action(effect) for effect in evaluated.effects],
        "conditions": [_condition(condition) for condition in evaluated.conditions or ()],
        "errors": [failure._asdict() for failure in evaluated.failures],
    }


def _trigger(evaluated: Evaluated) -> tuple[str, str | None, str | None]:
    match evaluated.trigger:
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
