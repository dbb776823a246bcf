"""Mistakes in payloads and in the ids of actions."""

import json
from collections.abc import Callable
from typing import Any

from iotevents.engine import action_payload, actions

from tests.support.detectors.mutations import Mutation, patched


def in_default_payload(change: Callable[[Any], None]) -> Mutation:
    """Return a default payload with one thing changed in it; the change gets the decoded body."""

    def make(original: Any) -> Any:
        def changed(one: Any, event: Any, action_id: str) -> Any:
            body = json.loads(original(one, event, action_id))
            change(body)
            return json.dumps(body)

        return changed

    return patched(actions, "default_payload", make)


def quoted(original: Any) -> Any:
    return json.dumps


MUTANTS: dict[str, Mutation] = {
    "the default payload lacks the key": in_default_payload(
        lambda body: body["payload"]["detector"].pop("keyValue", 0)
    ),
    "the default payload's version is a number": in_default_payload(
        lambda body: body["payload"]["detector"].update(detectorModelVersion=1)
    ),
    "the default payload's time is in seconds": in_default_payload(
        lambda body: body.update(eventTime=body["eventTime"] // 1000)
    ),
    "the default payload's variables are text": in_default_payload(
        lambda body: body["payload"]["state"].update(
            variables={name: str(value) for name, value in body["payload"]["state"]["variables"].items()}
        )
    ),
    "the default payload lacks the timers": in_default_payload(
        lambda body: body["payload"]["state"].update(timers={})
    ),
    "the default payload names an input on a timer": patched(
        action_payload,
        "trigger_details",
        lambda original: lambda one: {"inputName": next(iter(one.inputs), "")} | original(one),
    ),
    "STRING payloads are JSON": patched(action_payload, "text_of", quoted),
    "a payload of type JSON may be anything": patched(
        action_payload, "_is_json", lambda _: lambda text: True
    ),
    "action ids repeat in an evaluation": patched(
        actions, "action_id", lambda original: lambda model, one, index: original(model, one, 0)
    ),
    "action ids repeat in a detector": patched(
        actions,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(version=0), index),
    ),
    "action ids forget earlier lives": patched(
        actions,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(incarnation="0"), index),
    ),
    "action ids forget the key": patched(
        actions,
        "action_id",
        lambda original: lambda model, one, index: original(model, one._replace(key=None), index),
    ),
}
