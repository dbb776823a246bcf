"""A plain reading of detector models, independent of the engine: it works on the JSON as people write it.

Slow and simple on purpose. It knows one list of detectors, and makes the records that `replay --json` prints;
action ids are only numbered. Where the documentation is silent it follows the defaults that ship.
"""

import json
import re
from typing import Any

from tests.support.detectors.evaluation import Evaluation, Json, is_json, record


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
        """Return the records of these lines, and of the timers up to `until`."""
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


def key_of(model: Json, payload: Any) -> str | None:
    """Return the key of a message in a model; "refused" stands for none that a detector can have."""
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
    """Return the inputs that expressions anywhere in a model name."""
    if isinstance(value, str):
        return set(re.findall(r"\$input\.(\w+)", value)) | set(re.findall(r"currentInput\(.(\w+)", value))
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {name for child in children for name in inputs_of(child)}
