"""Bodies of inputs and small models."""

from collections.abc import Iterable, Mapping
from typing import Any

from iotevents.definitions.request_body import Kind, RequestBody

Document = dict[str, Any]


def input_document(name: str, *paths: str) -> Document:
    attributes = [{"jsonPath": path} for path in paths or ("id",)]
    return {"inputName": name, "inputDefinition": {"attributes": attributes}}


def model_document(
    name: str, states: Iterable[Document], key: str | None = "k", method: str = "BATCH"
) -> Document:
    """Return a model whose first state is the initial one."""
    all_states = list(states)
    definition = {"states": all_states, "initialStateName": all_states[0]["stateName"]}
    document = {
        "detectorModelName": name,
        "detectorModelDefinition": definition,
        "evaluationMethod": method,
        "roleArn": "arn:aws:iam::123456789012:role/any",
    }
    return document if key is None else {**document, "key": key}


def state(name: str, **cycles: list[Document]) -> Document:
    """Return a state with `events` and `transitions` of onInput, `enter` and `leave` for the other events."""
    found: Document = {
        "onInput": {"events": cycles.get("events", []), "transitionEvents": cycles.get("transitions", [])},
        "onEnter": {"events": cycles.get("enter", [])},
        "onExit": {"events": cycles.get("leave", [])},
    }
    return {"stateName": name, **found}


def event(name: str, condition: str | None = None, *actions: Document, to: str | None = None) -> Document:
    one: Document = {"eventName": name, "actions": list(actions)}
    if condition is not None:
        one["condition"] = condition
    return one if to is None else {**one, "nextState": to}


def set_variable(name: str, value: str) -> Document:
    return {"setVariable": {"variableName": name, "value": value}}


def set_timer(name: str, seconds: int = 60) -> Document:
    return {"setTimer": {"timerName": name, "durationExpression": str(seconds)}}


def publish(topic: str = "t") -> Document:
    return {"sns": {"targetArn": f"arn:aws:sns:eu-west-1:123456789012:{topic}"}}


def counting(
    name: str = "Counter", input_name: str = "Rooms", key: str | None = "k", **more: Any
) -> Document:
    """Return a model that counts the messages of a detector in `n`, and publishes each of them."""
    start = event("start", None, set_variable("n", "0"))
    count = event("count", f"currentInput('{input_name}')", set_variable("n", "$variable.n + 1"), publish())
    return model_document(name, [state("Counting", enter=[start], events=[count])], key, **more)


def patient(name: str = "Patient", input_name: str = "Rooms") -> Document:
    """Return a model that waits a minute, then is late; `heard` is the state of its last message."""
    hear = [
        event("hear", f"currentInput('{input_name}')", set_variable("heard", f"'{where}'"))
        for where in ("Waiting", "Late")
    ]
    begin = event("begin", None, set_timer("t", 60))
    late = event("late", "timeout('t')", publish(), to="Late")
    waiting = state("Waiting", enter=[begin], events=hear[:1], transitions=[late])
    return model_document(name, [waiting, state("Late", events=hear[1:])])


def body_of_input(name: str, *paths: str) -> RequestBody:
    return body_of(input_document(name, *paths))


def body_of(document: Mapping[str, Any]) -> RequestBody:
    """Return the body that a file of this name would hold."""
    kind = Kind.INPUT if "inputName" in document else Kind.DETECTOR_MODEL
    return RequestBody(f"{document[kind.name_member]}.json", "", kind, document)
