"""A plain reading of detector models, independent of the engine: it works on the JSON as people write it.

Slow and simple on purpose. It knows one list of detectors, and makes the records that `replay --json` prints;
action ids are only numbered. Where the documentation is silent it follows the defaults that ship.
"""

import json
import re
from typing import Any

from iotevents.expressions import UNDEFINED, Scope, Trigger

from tests.iotevents.expressions.oracle import Failed, text, walk

from .trees import tree_of, tree_of_parameter

Json = dict[str, Any]
EXTERNAL = {"sns": "targetArn", "sqs": "queueUrl", "lambda": "functionArn", "firehose": "deliveryStreamName"}
EXTERNAL |= {"iotTopicPublish": "mqttTopic", "iotEvents": "inputName"}


class World:
    """All detectors of some models, and the clock."""

    def __init__(self, models: list[Json], inputs: set[str]) -> None:
        self.models = sorted(models, key=lambda model: str(model["detectorModelName"]))
        self.inputs = inputs
        self.detectors: dict[tuple[str, str | None], Json] = {}
        self.seen: dict[tuple[Any, ...], int] = {}
        self.clock = 0
        self.records: list[Json] = []
        self.made = 0

    def run(self, lines: list[Json], until: int | None = None) -> list[Json]:
        """The records of these lines, and of the timers up to `until`."""
        for line in lines:
            self.advance(max(self.clock, line["time"]))
            if "operation" in line:
                self.operate(line["operation"], line["request"])
            else:
                message = (line["inputName"], line.get("messageId"), line["payload"])
                self.settle(self.put(*message))
        if until is not None:
            self.advance(until)
        return self.records

    def advance(self, time: int) -> None:
        while True:
            every = [(at, *where) for where, one in self.detectors.items() for at in one["timers"].values()]
            due = [one for one in every if one[0] <= time]
            if not due:
                break
            self.clock, name, key = min(due, key=lambda one: (one[0], one[1], one[2] or ""))
            self.settle(self.fire(self.detectors[name, key]))
        self.clock = max(self.clock, time)

    def fire(self, detector: Json) -> list[Json]:
        """Let the timers run out that are due now, all in one evaluation."""
        ran_out = {timer for timer, at in detector["timers"].items() if at == self.clock}
        for timer in ran_out:
            del detector["timers"][timer]
        return Evaluation(self, detector, None, None, ran_out).run(detector["state"]) if ran_out else []

    def settle(self, actions: list[Json]) -> None:
        """Messages that detectors send to inputs come after all that caused them, at the same time."""
        waiting = [(1, action) for action in actions]
        while waiting:
            generation, action = waiting.pop(0)
            if action["type"] != "iotEvents":
                continue
            name, payload = action["parameters"]["inputName"], action["payload"]
            payload = json.loads(payload) if is_json(payload) else None
            if generation > 10:
                self.refuse(name, action["id"], "InvalidRequestException")
            else:
                waiting += [(generation + 1, one) for one in self.put(name, action["id"], payload)]

    def put(self, name: str, message_id: str | None, payload: Any) -> list[Json]:
        users = [model for model in self.models if name in inputs_of(model)]
        keys = [key_of(model, payload) for model in users]
        if name not in self.inputs:
            return self.refuse(name, message_id, "ResourceNotFoundException")
        if not isinstance(payload, dict) or "refused" in keys:
            return self.refuse(name, message_id, "InvalidRequestException")
        actions: list[Json] = []
        evaluated = False
        for model, key in zip(users, keys, strict=True):
            detector = self.detectors.get((model["detectorModelName"], key))
            once = (model["detectorModelName"], key, name, message_id)
            if message_id is not None and self.clock - self.seen.get(once, -300_000) < 300_000:
                continue
            self.seen[once] = self.clock
            evaluated = True
            actions += self.fire(detector) if detector else []
            before = detector["state"] if detector else None
            detector = detector or self.create(model, key)
            detector["inputs"][name] = payload
            actions += Evaluation(self, detector, name, message_id, set()).run(before)
        if not evaluated:
            outcome = {"duplicate": True} if users else {"unrouted": True}
            self.records.append({"time": self.clock, "input": name, "messageId": message_id, **outcome})
        return actions

    def refuse(self, name: str | None, message_id: str | None, code: str) -> list[Json]:
        self.records.append(
            {"time": self.clock, "input": name, "messageId": message_id, "rejected": {"errorCode": code}}
        )
        return []

    def create(self, model: Json, key: str | None) -> Json:
        detector = {"model": model, "key": key, "state": model["detectorModelDefinition"]["initialStateName"]}
        detector |= {"variables": {}, "timers": {}, "periods": {}, "inputs": {}}
        self.detectors[model["detectorModelName"], key] = detector
        return detector

    def operate(self, operation: str, request: Json) -> None:
        for one in request["detectors"]:
            where = (one["detectorModelName"], one.get("keyValue"))
            detector = self.detectors.get(where)
            if detector is None:
                self.refuse(None, one["messageId"], "ResourceNotFoundException")
                continue
            before = detector["state"]
            if operation == "BatchDeleteDetector":
                del self.detectors[where]
                detector |= {"state": None, "variables": {}, "timers": {}}
            else:
                self.replace(detector, one["state"])
            self.records.append(record(self.clock, detector, "operation", None, one["messageId"], before))

    def replace(self, detector: Json, state: Json) -> None:
        seconds = {timer["name"]: timer["seconds"] for timer in state["timers"]}
        detector["state"] = state["stateName"]
        detector["variables"] = {one["name"]: json.loads(one["value"]) for one in state["variables"]}
        detector["timers"] = {name: self.clock + 1000 * wait for name, wait in seconds.items()}
        detector["periods"] |= seconds
        detector["inputs"] = {}


class Evaluation:
    """One message or timer expiry, in one detector."""

    def __init__(
        self, world: World, detector: Json, name: str | None, message_id: str | None, ran_out: set[str]
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
        trigger = Trigger.MESSAGE if self.input else Trigger.TIMER
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
    """The events of a group, with their places in the model."""
    group = state.get(life_cycle) or {}
    place = f"states[{definition['states'].index(state)}].{life_cycle}"
    lists = [(name, group.get(name) or []) for name in ("events", "transitionEvents")]
    return [(f"{place}.{name}[{index}]", one) for name, some in lists for index, one in enumerate(some)]


def key_of(model: Json, payload: Any) -> str | None:
    """The key of a message in a model; "refused" stands for none that a detector can have."""
    value = payload
    if model.get("key") is None:
        return None
    for name in re.findall(r"`[^`]+`|[^.`]+", model["key"]):
        value = value.get(name.strip("`")) if isinstance(value, dict) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = json.dumps(value)
    fits = isinstance(value, str) and re.fullmatch(r"[a-zA-Z0-9_:-]{1,128}", value)
    return value if fits and value != "refused" else "refused"


def inputs_of(value: Any) -> set[str]:
    """The inputs that expressions anywhere in a model name."""
    if isinstance(value, str):
        return set(re.findall(r"\$input\.(\w+)", value)) | set(re.findall(r"currentInput\(.(\w+)", value))
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for child in children for name in inputs_of(child)}


def is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
