"""A plain reading of one evaluation of a detector; see `reference`."""

import json
from typing import Any

from iotevents.expressions import UNDEFINED, Scope, TriggerType

from tests.support.detectors.trees import tree_of, tree_of_parameter
from tests.support.expressions.oracle import Failed, text, walk

Json = dict[str, Any]
EXTERNAL = {"sns": "targetArn", "sqs": "queueUrl", "lambda": "functionArn", "firehose": "deliveryStreamName"}
EXTERNAL |= {"iotTopicPublish": "mqttTopic", "iotEvents": "inputName"}


class Evaluation:
    """One message or timer expiry, in one detector."""

    def __init__(
        self, world: Any, detector: Json, name: str | None, message_id: str | None, ran_out: set[str]
    ) -> None:
        self.world, self.detector = world, detector
        self.input, self.message_id, self.ran_out = name, message_id, ran_out
        self.definition = detector["model"]["detectorModelDefinition"]
        self.states = {state["stateName"]: state for state in self.definition["states"]}
        self.serial = detector["model"].get("evaluationMethod") == "SERIAL"
        self.actions: list[Json] = []
        self.conditions: list[Json] = []
        self.errors: list[Json] = []

    def run(self, before: str | None) -> list[Json]:
        """Evaluate; `before` is None if the detector is new. Gives the actions that leave the detector."""
        detector = self.detector
        if before is None:
            self.group("onEnter")
        taken = self.group("onInput")
        if taken:
            self.group("onExit")
            detector["state"] = taken["nextState"]
            self.group("onEnter")
        trigger = "message" if self.input else "timer"
        made: Json = record(self.world.clock, detector, trigger, self.input, self.message_id, before)
        made |= {"actions": self.actions, "conditions": self.conditions, "errors": self.errors}
        self.world.records.append(made)
        return self.actions

    def group(self, life_cycle: str) -> Json | None:
        """Events, then transitions up to the first that is taken; SERIAL acts at once, BATCH at the end."""
        state = self.states[self.detector["state"]]
        later: list[tuple[Json, str]] = []
        taken: Json | None = None
        for where, event in events_of(self.definition, state, life_cycle):
            note = {"state": self.detector["state"], "lifeCycle": life_cycle[0].upper() + life_cycle[1:]}
            note["eventName"] = event["eventName"]
            self.conditions.append(note)
            if taken:
                details = f"Skipped due to transition from {taken['eventName']} event"
                note |= {"result": "Skipped", "resultDetails": details}
                continue
            note["result"] = self.holds(event.get("condition"))
            if note["result"] == "Error":
                self.error(f"{where}.condition")
            if note["result"] == "True":
                later.append((event, where))
                taken = event if "nextState" in event else None
            if self.serial:
                self.act(later)
        self.act(later)
        return taken

    def holds(self, condition: str | None) -> str:
        try:
            return "True" if not condition or self.value(condition) is True else "False"
        except Failed:
            return "Error"

    def value(self, expression: str) -> Any:
        return self.walk(tree_of(expression))

    def walk(self, tree: Any) -> Any:
        trigger = TriggerType.MESSAGE if self.input else TriggerType.TIMER
        detector = self.detector
        return walk(tree, Scope(detector["inputs"], detector["variables"], trigger, self.input, self.ran_out))

    def error(self, where: str) -> None:
        self.errors.append({"where": where, "message": ""})

    def act(self, events: list[tuple[Json, str]]) -> None:
        while events:
            event, where = events.pop(0)
            for index, action in enumerate(event.get("actions") or []):
                ((kind, parameters),) = action.items()
                place = f"{where}.actions[{index}].{kind}"
                try:
                    self.do(kind, parameters, event["eventName"], place)
                except Failed:
                    self.error(place)

    def do(self, kind: str, parameters: Json, event_name: str, place: str) -> None:
        now, timers, periods = self.world.clock, self.detector["timers"], self.detector["periods"]
        name = parameters.get("timerName")
        if kind == "setVariable":
            value = self.value(parameters["value"])
            if value is UNDEFINED or value is None or isinstance(value, dict | list):
                raise Failed("no value for a variable")
            self.detector["variables"][parameters["variableName"]] = value
        elif kind == "setTimer":
            seconds = parameters.get("seconds") or self.value(parameters["durationExpression"])
            if isinstance(seconds, bool) or not isinstance(seconds, int | float):
                raise Failed("no number of seconds")
            if not 60 <= int(seconds) <= 31_622_400:
                raise Failed("seconds out of range")
            periods[name] = int(seconds)
            timers[name] = now + 1000 * periods[name]
        elif kind == "resetTimer":
            if name not in periods:
                raise Failed("this timer was never set")
            timers[name] = now + 1000 * periods[name]
        elif kind == "clearTimer":
            timers.pop(name, None)
        else:
            self.send(kind, parameters, event_name, place)

    def send(self, kind: str, parameters: Json, event_name: str, place: str) -> None:
        target = self.walk(tree_of_parameter(parameters[EXTERNAL[kind]]))
        if not isinstance(target, str):
            raise Failed("no text for the target")
        action_id = f"action {self.world.made}"
        body = self.body(parameters.get("payload"), event_name, action_id, place)
        self.world.made += 1
        sent: Json = {"type": kind, "eventName": event_name, "id": action_id, "payload": body}
        options: Json = {name: parameters[name] for name in ("useBase64", "separator") if name in parameters}
        self.actions.append(sent | {"parameters": {EXTERNAL[kind]: target, **options}})

    def body(self, payload: Json | None, event_name: str, action_id: str, place: str) -> str:
        if payload is None:
            return json.dumps(self.default_payload(event_name, action_id))
        value = self.value(payload["contentExpression"])
        if value is UNDEFINED or (payload["type"] == "JSON" and not isinstance(value, str)):
            raise Failed("no payload")
        if payload["type"] == "JSON" and not is_json(value):
            self.error(place)
        return text(value)

    def default_payload(self, event_name: str, action_id: str) -> Json:
        detector = self.detector
        who = {"detectorModelName": detector["model"]["detectorModelName"], "detectorModelVersion": "1"}
        who |= {"keyValue": detector["key"]} if detector["key"] is not None else {}
        why = {"triggerType": "Timer"}
        if self.input:
            why = {"inputName": self.input, "triggerType": "Message"}
            why |= {"messageId": self.message_id} if self.message_id is not None else {}
        state = {"stateName": detector["state"], "variables": dict(detector["variables"])}
        state["timers"] = dict(detector["timers"])
        inner = {"actionExecutionId": action_id, "detector": who, "eventTriggerDetails": why, "state": state}
        return {"eventTime": self.world.clock, "payload": inner, "eventName": event_name}


def record(
    time: int, detector: Json, trigger: str, name: str | None, message_id: str | None, before: str | None
) -> Json:
    made = {"time": time, "model": detector["model"]["detectorModelName"], "key": detector["key"]}
    made |= {"trigger": trigger, "input": name, "messageId": message_id}
    made |= {"from": before, "to": detector["state"], "variables": dict(detector["variables"])}
    return made | {"timers": dict(detector["timers"]), "actions": [], "conditions": [], "errors": []}


def events_of(definition: Json, state: Json, life_cycle: str) -> list[tuple[str, Json]]:
    """Return the events of a group, with their places in the model."""
    group = state.get(life_cycle) or {}
    place = f"states[{definition['states'].index(state)}].{life_cycle}"
    lists = [(name, group.get(name) or []) for name in ("events", "transitionEvents")]
    return [(f"{place}.{name}[{index}]", one) for name, some in lists for index, one in enumerate(some)]


def is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
