"""`python -m iotevents explain`: where a detector is and why it stays there, also while the server runs.

With `--json` one object, whose times are epoch milliseconds:

{"model", "version", "key": text | null, "time": the clock, "state", "created", "updated",
 "variables": {name: value}, "inputs": {name: last payload},
 "timers": {name: {"due", "secondsLeft": negative if it is overdue}},
 "next": "message" | "timer": what the next evaluation is by,
 "taken": the event of the transition that it takes | null,
 "events": [condition], "transitions": [condition]}

condition: {"eventName", "where", "nextState": only of transitions, "condition": text | null,
 "input": the input of the message that is supposed | null, "result": "True" | "False" | "Error",
 "resultDetails": text | null, "parts": [part]}
part: {"text", "filled": the text with the values put in, "value": null if there is none,
 "undefined": bool, "error": text | null, "reached": bool, "parts": [part]}

The first of `parts` of a condition is the whole condition. Without a key, of a model that has keys:
{"model", "version", "detectors": [{"key", "state", "updated"}], "more": bool}.
"""

import argparse
from collections.abc import Iterable
from typing import Any, Final

from iotevents.commands.printing import print_lines
from iotevents.engine.detector import Detector, DetectorId
from iotevents.errors import NotFoundError
from iotevents.expressions import UNDEFINED, Part
from iotevents.inspection.explanation import Explanation, Reason, explain
from iotevents.inspection.explanation_text import lines_of, listing
from iotevents.json_text import json_text
from iotevents.models import DetectorModel
from iotevents.service.clock import wall_clock
from iotevents.service.definition_versions import build_registry
from iotevents.stores.data_file import read_clock, read_definitions, read_detector, read_detectors

PAGE: Final = 50
"""Detectors in a list, at most."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = (
        "Print the state of a detector, its variables, timers and last inputs, and why each transition is "
        "not taken now: every part of its condition with its value."
    )
    parser.add_argument("--data", required=True, help="the data file of the server")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("model", metavar="MODEL", help="name of the detector model")
    parser.add_argument(
        "key", metavar="KEY", nargs="?", help="key of the detector; without it they are listed"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the explanation of a detector, or the list of detectors; return exit code 0."""
    model = _model(options.data, options.model)
    if model.key is not None and options.key is None:
        detectors = read_detectors(options.data, model.name, model.version, PAGE + 1)
        shown, more = detectors[:PAGE], len(detectors) > PAGE
        print_lines(
            [json_text(_list_record(model, shown, more))] if options.json else listing(model, shown, more)
        )
        return 0
    detector = _detector(options.data, model, options.key)
    explanation = explain(model, detector, _now(options.data))
    print_lines([json_text(record_of(explanation))] if options.json else lines_of(explanation))
    return 0


def _model(data: str, name: str) -> DetectorModel:
    models = build_registry(read_definitions(data)).models
    if name not in models:
        known = ", ".join(sorted(models)) or "none"
        raise NotFoundError(f"The data file {data} has no detector model {name}; its models: {known}")
    return models[name]


def _detector(data: str, model: DetectorModel, key: str | None) -> Detector:
    if model.key is None and key is not None:
        raise NotFoundError(f"The model {model.name} has no key, and one detector: leave {key} out")
    stored = read_detector(data, DetectorId(model.name, key))
    called = f"The model {model.name} has no detector" + ("" if key is None else f" {key}")
    if stored.detector is None:
        hint = "its first message makes it" if key is None else "leave the key out to see which there are"
        raise NotFoundError(f"{called}; {hint}")
    if stored.model_version != model.version:
        raise NotFoundError(
            f"{called} any more: version {stored.model_version} of the model made it, and version "
            f"{model.version} runs now; its next message makes it anew"
        )
    return stored.detector


def _now(data: str) -> int:
    clock = read_clock(data)
    return clock.time if clock.message_time else max(clock.time, wall_clock())


def _list_record(model: DetectorModel, detectors: Iterable[Detector], more: bool) -> dict[str, Any]:
    rows = [
        {"key": detector.key, "state": detector.state, "updated": detector.updated} for detector in detectors
    ]
    return {"model": model.name, "version": model.version, "detectors": rows, "more": more}


def record_of(explanation: Explanation) -> dict[str, Any]:
    """Return the object that `--json` prints."""
    detector = explanation.detector
    return {
        "model": explanation.model.name,
        "version": explanation.model.version,
        "key": detector.key,
        "time": explanation.now,
        "state": detector.state,
        "created": detector.created,
        "updated": detector.updated,
        "variables": dict(detector.variables),
        "inputs": dict(detector.inputs),
        "timers": {
            name: {"due": due, "secondsLeft": (due - explanation.now) / 1000}
            for name, due in detector.timers.items()
        },
        "next": explanation.trigger_type.value,
        "taken": explanation.taken.name if explanation.taken else None,
        "events": [_condition(reason) for reason in explanation.events],
        "transitions": [
            {**_condition(reason), "nextState": reason.event.next_state} for reason in explanation.transitions
        ],
    }


def _condition(reason: Reason) -> dict[str, Any]:
    condition = reason.event.condition
    return {
        "eventName": reason.event.name,
        "where": reason.event.where,
        "condition": condition.text if condition else None,
        "input": reason.input,
        "result": reason.verdict.result.value,
        "resultDetails": reason.verdict.details,
        "parts": [_part(reason.whole)] if reason.whole else [],
    }


def _part(part: Part) -> dict[str, Any]:
    undefined = part.value is UNDEFINED
    return {
        "text": part.text,
        "filled": part.filled,
        "value": None if undefined else part.value,
        "undefined": undefined and part.error is None,
        "error": part.error,
        "reached": part.reached,
        "parts": [_part(inner) for inner in part.parts],
    }
