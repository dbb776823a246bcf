"""Random detector models, and messages for them, with everything that may go wrong in them."""

import random
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

STATES = ["Calm", "Busy", "Off", "Odd"]
INPUTS = ["Door", "Lamp", "Unused"]
KEYS = ["id", "who.id", "`the id`", None]
IDS = ["k1", "k2", "K1", 12, "12", -3]
BAD_IDS = [None, True, "a b", "", 1.5, {"id": "k1"}]
NUMBERS = [0, 1, 2, 3, 5]
PAUSES = [0, 0, 1, 999, 1_000, 30_000, 59_999, 60_000, 60_001, 90_000, 120_000, 299_999, 300_000]
CONDITIONS = [
    *("true", "false", "$input.Door.n > 2", "$input.Door.n <= 2", "$input.Lamp.on", "$input.Lamp.n != 1"),
    *("$variable.v > 1", "$variable.v <= 1", "$variable.v == 2", "$variable.v != $variable.v"),
    *("isUndefined($variable.w)", "isNull($input.Door.word)", "$input.Door.word == 'go'", "$variable.w"),
    *('timeout("t")', 'timeout("t")', 'timeout("u")', 'triggerType("Message")', 'triggerType("TIMER")'),
    *('currentInput("Door")', 'currentInput("Lamp")', "1 / $variable.v > 0", "$variable.s + true == 'x'"),
    *(
        "$variable.v",
        "$input.Lamp.n + $variable.v < 4",
        "isUndefined($input.Lamp.n)",
        "$input.Door.list[1] == 7",
    ),
]
VALUES = [
    *(
        "0",
        "1",
        "3",
        "$variable.v + 1",
        "$variable.v + 1",
        "$variable.v - 1",
        "$input.Door.n",
        "$input.Lamp.n",
    ),
    *("$variable.w", "1.5", "true", "'go'", "$input.Door.word", "'${$variable.v}!'", "$variable.s + 'x'"),
    *("$input.Door.list", "$variable.v * 9000000000000000000", "1 / $variable.v", "$input.Lamp.on"),
    *('timeout("t")', 'triggerType("Timer")', "$variable.nothing + 1"),
]
DURATIONS = [
    *(
        "60",
        "60.99",
        "59.99",
        "61",
        "90",
        "$input.Door.n * 60",
        "$variable.v * 60",
        "$variable.s",
        "$variable.w",
    ),
    *("31622400", "31622401", "$variable.v * 60.5", "1 / 0", "0 - 60"),
]
PAYLOADS = [
    {"type": "STRING", "contentExpression": "'${$variable.v}'"},
    {"type": "STRING", "contentExpression": "$variable.v"},
    {"type": "STRING", "contentExpression": "$input.Door.n"},
    {"type": "JSON", "contentExpression": '\'{"n": ${$variable.v}, "from": "${$input.Door.id}"}\''},
    {"type": "JSON", "contentExpression": "$variable.s"},
    {"type": "JSON", "contentExpression": "'not ${$variable.v} json'"},
    {"type": "STRING", "contentExpression": "$variable.s + true"},
]
TARGETS: dict[str, list[Json]] = {
    "sns": [{"targetArn": "arn:aws:sns:eu-west-1:123456789012:bells"}],
    "lambda": [{"functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f"}],
    "sqs": [{"queueUrl": "https://queue.example/q", "useBase64": True}],
    "firehose": [{"deliveryStreamName": "stream", "separator": "\n"}],
    "iotTopicPublish": [
        {"mqttTopic": "house/door"},
        {"mqttTopic": "house/${$variable.v}/${$input.Door.id}"},
        {"mqttTopic": "'house/' + $variable.s"},
    ],
}


@dataclass(frozen=True)
class World:
    """Models, the inputs that exist, the lines of a messages file, and how long to run."""

    models: list[Json]
    inputs: list[str]
    lines: list[Json]
    until: int | None


def world(source: random.Random) -> World:
    """One to three models on the same inputs, and messages for them."""
    names = source.sample(["alpha", "Beta", "gamma-1"], source.choice([1, 1, 2, 3]))
    models = [_model(source, name) for name in names]
    if source.random() < 0.3:
        _add_echo(source, models[0])
    lines = _lines(source, models)
    last = max(line["time"] for line in lines)
    return World(models, INPUTS, lines, source.choice([None, last + 59_999, last + 600_000]))


def _model(source: random.Random, name: str) -> Json:
    names = STATES[: source.randint(1, 4)]
    states = [_state(source, one, names) for one in names]
    states[0].setdefault("onExit", {"events": []})["events"].append(_declaration())
    listening = source.choice(states).setdefault("onInput", {}).setdefault("events", [])
    listening.append({"eventName": "listen", "condition": "$input.Door.n == 5", "actions": _actions(source)})
    definition = {"initialStateName": source.choice(names), "states": states}
    model = {"detectorModelName": name, "detectorModelDefinition": definition, "roleArn": "arn:role"}
    key = source.choice(KEYS)
    model |= {"key": key} if key else {}
    return model | source.choice([{}, {"evaluationMethod": "BATCH"}, *[{"evaluationMethod": "SERIAL"}] * 2])


def _declaration() -> Json:
    """Return an event that never runs, but sets what expressions use: a model has to set it somewhere."""
    actions: list[Json] = [
        {"setVariable": {"variableName": name, "value": "0"}} for name in ("v", "w", "s", "nothing")
    ]
    actions += [{"setTimer": {"timerName": name, "seconds": 60}} for name in ("t", "u")]
    return {"eventName": "declare", "condition": "false", "actions": actions}


def _state(source: random.Random, name: str, names: list[str]) -> Json:
    state: Json = {"stateName": name}
    if source.random() < 0.8:
        state["onEnter"] = {"events": _events(source, 2)}
    if source.random() < 0.95:
        state["onInput"] = {"events": _events(source, 3)}
        transitions = [one | {"nextState": source.choice(names)} for one in _events(source, 3)]
        state["onInput"]["transitionEvents"] = [
            {"condition": _condition(source)} | one for one in transitions
        ]
    if source.random() < 0.6:
        state["onExit"] = {"events": _events(source, 2)}
    return state


def _events(source: random.Random, most: int) -> list[Json]:
    return [_event(source) for _ in range(source.randint(0, most))]


def _event(source: random.Random) -> Json:
    event: Json = {"eventName": f"e{source.randrange(9)}", "actions": _actions(source)}
    return event | {"condition": _condition(source)} if source.random() < 0.9 else event


def _condition(source: random.Random) -> str:
    one, other = source.choice(CONDITIONS), source.choice(CONDITIONS)
    return source.choice([one] * 6 + [f"{one} && {other}", f"{one} || {other}", f"!({one})"])


def _actions(source: random.Random) -> list[Json]:
    return [_action(source) for _ in range(source.choice([0, 1, 1, 2, 3]))]


def _action(source: random.Random) -> Json:
    timer = source.choice("ttu")
    match source.randrange(10):
        case 0 | 1 | 2 | 3:
            name = source.choice("vvvws")
            return {"setVariable": {"variableName": name, "value": source.choice(VALUES)}}
        case 4:
            return {"setTimer": {"timerName": timer, "seconds": source.choice([60, 61, 90, 300, 59])}}
        case 5:
            return {"setTimer": {"timerName": timer, "durationExpression": source.choice(DURATIONS)}}
        case 6:
            return {source.choice(["resetTimer", "resetTimer", "clearTimer"]): {"timerName": timer}}
    kind = source.choice([*TARGETS])
    parameters = dict(source.choice(TARGETS[kind]))
    return {kind: parameters | ({"payload": source.choice(PAYLOADS)} if source.random() < 0.5 else {})}


def _add_echo(source: random.Random, model: Json) -> None:
    """One action that sends a message to an input: more could grow without end."""
    texts = [
        '\'{"id": "k1", "n": ${$variable.v}, "on": true}\'',
        '\'{"n": 1, "id": "${$variable.s}"}\'',
        "'[]'",
    ]
    payload = {"type": "JSON", "contentExpression": source.choice([texts[0], *texts])}
    payloads: list[Json] = [{}, {"payload": payload}, {"payload": payload}]
    action = {"iotEvents": {"inputName": source.choice([*INPUTS, "Door"])} | source.choice(payloads)}
    state = source.choice(model["detectorModelDefinition"]["states"])
    group = state.setdefault(source.choice(["onEnter", "onInput", "onExit"]), {})
    event = {"eventName": "echo", "condition": _condition(source), "actions": [action]}
    group.setdefault("events", []).append(event)


def _lines(source: random.Random, models: list[Json]) -> list[Json]:
    time = 1_700_000_000_000
    lines = []
    for number in range(source.randint(1, 25)):
        time += source.choice(PAUSES)
        shown = time - source.choice([0] * 9 + [70_000])
        lines.append({"time": shown} | _line(source, models, number))
    return lines


def _line(source: random.Random, models: list[Json], number: int) -> Json:
    if source.random() < 0.12:
        return _operation(source, source.choice(models))
    name = source.choice(
        ["Door"] * 6 + ["Lamp"] * 3 + (["Unused", "Nowhere"] if source.random() < 0.1 else [])
    )
    line: Json = {"inputName": name, "payload": _payload(source)}
    ids = [f"m{number}"] * 6 + ["again"] * 3 + [None]
    message_id = source.choice(ids)
    return line if message_id is None else line | {"messageId": message_id}


def _payload(source: random.Random) -> Json:
    one = source.choice(IDS[:3] * 6 + IDS + (BAD_IDS if source.random() < 0.3 else []))
    payload: Json = {} if one is None and source.random() < 0.5 else {"id": one}
    payload |= {"who": {"id": one}, "the id": one}
    choices: Json = {
        "n": [*NUMBERS, *NUMBERS, 2.5, "2", None, True],
        "on": [True, False, False, "true", None],
    }
    choices |= {"word": ["go", "stop", None, ""], "list": [[0, 7], [], [7]]}
    return payload | {name: source.choice(some) for name, some in choices.items() if source.random() < 0.75}


def _operation(source: random.Random, model: Json) -> Json:
    states = model["detectorModelDefinition"]["states"]
    one: Json = {"messageId": "o1", "detectorModelName": model["detectorModelName"]}
    if "key" in model:
        one["keyValue"] = source.choice(["k1", "k1", "k2", "12", "nobody"])
    if source.random() < 0.4:
        return {"operation": "BatchDeleteDetector", "request": {"detectors": [one]}}
    values = {
        name: source.choice(["0", "2", "1.5", "true", '"go"']) for name in "vws" if source.random() < 0.5
    }
    variables = [{"name": name, "value": value} for name, value in values.items()]
    timers = [{"name": name, "seconds": source.choice([60, 100])} for name in "tu" if source.random() < 0.4]
    one["state"] = {"stateName": source.choice(states)["stateName"], "variables": variables, "timers": timers}
    return {"operation": "BatchUpdateDetector", "request": {"detectors": [one]}}
