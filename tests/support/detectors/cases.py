"""The timelines of tests/conformance/detectors, and how their records are compared.

A case has a `model` (or `models`), written as its states and what else differs from the defaults below;
`inputs`; `lines` of a messages file, as objects or short as `[time, payload]` or
`[time, input, payload, messageId]`; perhaps `until`. Of each expected record the members that it names count,
and always its actions and errors: where it names none there are none. It has the form that `shown` gives.

`page` names the page of AWS that the case was read from, `decision` what ships where the pages are silent.
`traps` and `questions` number the notorious traps and the open questions that a case answers.
"""

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "conformance" / "detectors"
CASES: list[Json] = [
    case for file in sorted(FOLDER.glob("*.json")) for case in json.loads(file.read_text("utf-8"))
]
NAMES = [case["name"] for case in CASES]


def models_of(case: Json) -> list[Json]:
    """Return the bodies of CreateDetectorModel."""
    return [_model(one) for one in case.get("models", [case.get("model")])]


def _model(short: Json) -> Json:
    states = short["states"]
    definition = {"states": states, "initialStateName": short.get("initialStateName", states[0]["stateName"])}
    rest = {name: one for name, one in short.items() if name not in ("states", "initialStateName")}
    model = {"detectorModelName": "M", "key": "id", "roleArn": "arn:aws:iam::123456789012:role/r"} | rest
    return model | {"detectorModelDefinition": definition}


def inputs_of(case: Json) -> list[Json]:
    """Return the bodies of CreateInput."""
    names = case.get("inputs", ["In"])
    return [{"inputName": name, "inputDefinition": {"attributes": [{"jsonPath": "id"}]}} for name in names]


def lines_of(case: Json) -> list[Json]:
    """Return the lines of the messages file."""
    return [_line(line) for line in case["lines"]]


def _line(line: Any) -> Json:
    if isinstance(line, dict):
        return line
    time, *middle = line
    name, payload, *message_id = middle if isinstance(middle[0], str) else ["In", *middle]
    made = {"time": time, "inputName": name, "payload": payload}
    return made | {"messageId": message_id[0]} if message_id else made


def shown(record: Json) -> Json:
    """Return a short record of `replay --json`: errors by place, conditions as lines, decoded payloads."""
    made: Json = {"actions": [], "errors": []} | record
    made["actions"] = [action | {"payload": decoded(action["payload"])} for action in made["actions"]]
    made["errors"] = [error["where"] for error in made["errors"]]
    if "conditions" in record:
        of = ("state", "lifeCycle", "eventName", "result")
        made["conditions"] = [" ".join(one[name] for name in of) for one in record["conditions"]]
        made["details"] = [one.get("resultDetails") for one in record["conditions"]]
    if "rejected" in record:
        made["rejected"] = record["rejected"]["errorCode"]
    return made


def decoded(payload: str | None) -> Any:
    """Return a payload that is a JSON object as that, other text as it is."""
    try:
        document = json.loads(payload or "")
    except ValueError:
        return payload
    return document if isinstance(document, dict) else payload


WHOLE = {"variables", "timers", "parameters", "detector", "eventTriggerDetails"}


def picked(actual: Any, expected: Any) -> Any:
    """Return the actual value, cut down to the expected members; some objects are never cut."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        there = [name for name in expected if name in actual]
        return {
            name: actual[name] if name in WHOLE else picked(actual[name], expected[name]) for name in there
        }
    if isinstance(expected, list) and isinstance(actual, list) and len(actual) == len(expected):
        return [picked(one, other) for one, other in zip(actual, expected, strict=True)]
    return actual


def differences(records: list[Json], case: Json) -> list[tuple[Any, Any]]:
    """Pairs of the expected and what there is instead, empty if all is well."""
    expected = [{"actions": [], "errors": []} | one for one in case["records"]]
    if len(expected) != len(records):
        return [(expected, records)]
    pairs = [(one, picked(shown(record), one)) for one, record in zip(expected, records, strict=True)]
    return [pair for pair in pairs if exact(pair[0]) != exact(pair[1])]


def exact(value: Any) -> str:
    """Text by which to compare: 1, 1.0 and true differ."""
    return json.dumps(value, sort_keys=True)
