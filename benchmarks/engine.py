"""Steps of a detector and replayed messages a second, on one core.

    .venv/bin/python -m benchmarks.engine [--messages N] [--rounds N]

The work: messages of 100 pumps, each a state machine of three states with a counter, three conditions a
message. Beside it two libraries of state machines do the same, with conditions and actions that are written
in Python and need neither a language nor a copy of the state; like `step` they are told of decoded messages.
All must come to the same states and counts. Each figure is the best of the rounds, which take turns.

The comparison needs `pip install -r benchmarks/requirements.txt`.
"""

import argparse
import importlib
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from iotevents.engine import MessageEvent, step
from iotevents.engine.detector import Detector, new_detector
from iotevents.models import DetectorModel, read_model
from iotevents.recordings.messages_file import read_line
from iotevents.recordings.replay import Replay, as_record

Message = dict[str, Any]
Outcome = dict[str, tuple[str, int]]
"""State and counter of each pump."""
Run = Callable[[], Outcome]

PUMPS = 100
START = 1_700_000_000_000


def condition(text: str) -> str:
    """Return an expression from a short form: @ for the input's attributes, # for the counter."""
    return text.replace("@", "$input.Pump.").replace("#", "$variable.breaches")


def counts(value: str) -> list[Any]:
    """Return a list with the action that sets the counter."""
    return [{"setVariable": {"variableName": "breaches", "value": condition(value)}}]


BODY = {
    "detectorModelName": "Pumps",
    "roleArn": "arn:aws:iam::123456789012:role/pumps",
    "key": "id",
    "evaluationMethod": "SERIAL",
    "detectorModelDefinition": {
        "initialStateName": "Normal",
        "states": [
            {
                "stateName": "Normal",
                "onEnter": {"events": [{"eventName": "init", "actions": counts("0")}]},
                "onInput": {
                    "events": [
                        {
                            "eventName": "high",
                            "condition": condition("@pressure > 70"),
                            "actions": counts("# + 1"),
                        }
                    ],
                    "transitionEvents": [
                        {
                            "eventName": "off",
                            "condition": condition("@status == 'OFFLINE'"),
                            "nextState": "Off",
                        },
                        {
                            "eventName": "hot",
                            "condition": condition("# > 3 && @pressure > 90"),
                            "nextState": "Hot",
                        },
                    ],
                },
            },
            {
                "stateName": "Hot",
                "onInput": {
                    "events": [
                        {
                            "eventName": "low",
                            "condition": condition("@pressure <= 70"),
                            "actions": counts("# - 1"),
                        }
                    ],
                    "transitionEvents": [
                        {
                            "eventName": "off",
                            "condition": condition("@status == 'OFFLINE'"),
                            "nextState": "Off",
                        },
                        {"eventName": "calm", "condition": condition("# <= 0"), "nextState": "Normal"},
                    ],
                },
            },
            {
                "stateName": "Off",
                "onInput": {
                    "transitionEvents": [
                        {
                            "eventName": "on",
                            "condition": condition("@status != 'OFFLINE'"),
                            "nextState": "Normal",
                        }
                    ]
                },
            },
        ],
    },
}


def make_messages(count: int) -> list[Message]:
    """Return payloads of many pumps, the same on every run."""
    source = random.Random(1)
    return [
        {
            "id": f"pump-{source.randrange(PUMPS)}",
            "pressure": source.randrange(40, 100),
            "temperature": source.uniform(10, 40),
            "status": "OFFLINE" if source.random() < 0.02 else "ONLINE",
        }
        for _ in range(count)
    ]


def make_lines(messages: list[Message]) -> list[str]:
    """Return the messages as lines of a messages file."""
    return [
        json.dumps(
            {
                "time": START + 100 * number,
                "inputName": "Pump",
                "messageId": f"m-{number}",
                "payload": message,
            }
        )
        for number, message in enumerate(messages)
    ]


def pump_model() -> DetectorModel:
    """Return the model of the pumps."""
    model, violations = read_model(BODY, ["Pump"])
    if model is None:
        raise SystemExit(f"the model is wrong: {violations}")
    return model


def state_of(detector: Detector) -> tuple[str, int]:
    """Return state and counter of a detector, which the comparison checks."""
    return str(detector.state), int(detector.variables["breaches"])


def steps(messages: list[Message], *, trace: bool) -> Run:
    """Return a run of `step`, one detector for each pump."""
    model = pump_model()
    events = [MessageEvent("Pump", message) for message in messages]

    def run() -> Outcome:
        detectors = {f"pump-{number}": new_detector(f"pump-{number}", "0", START) for number in range(PUMPS)}
        for event in events:
            key = event.payload["id"]
            detectors[key] = step(model, detectors[key], event, START, trace=trace).detector
        return {key: state_of(detector) for key, detector in detectors.items() if detector.state}

    return run


def replayed(messages: list[Message], *, records: bool) -> Run:
    """Return a replay from the text of its lines; with `records` it also builds the traced records."""
    model = pump_model()
    lines = make_lines(messages)

    def run() -> Outcome:
        replay = Replay([model], ["Pump"], trace=records)
        for line in lines:
            for entry in replay.take(read_line(line)):
                if records:
                    as_record(entry)
        return {
            str(detector_id.key): state_of(detector)
            for detector_id, detector in replay.repository.detectors.items()
        }

    return run


class Pump:
    """Pump in Python: conditions and actions for the other libraries' state machines."""

    def __init__(self) -> None:
        self.breaches = 0

    def reset(self, message: Message) -> None:
        """Set the counter to 0 on entering Normal."""
        self.breaches = 0

    def count(self, state: str, message: Message) -> None:
        """Apply the events without a transition."""
        if state == "Normal" and message["pressure"] > 70:
            self.breaches += 1
        elif state == "Hot" and message["pressure"] <= 70:
            self.breaches -= 1

    def is_offline(self, message: Message) -> bool:
        """Return whether the pump is switched off."""
        return bool(message["status"] == "OFFLINE")

    def is_online(self, message: Message) -> bool:
        """Return whether the pump is switched on."""
        return bool(message["status"] != "OFFLINE")

    def is_hot(self, message: Message) -> bool:
        """Return whether the pressure was high often, and is now."""
        return bool(self.breaches > 3 and message["pressure"] > 90)

    def is_calm(self, message: Message) -> bool:
        """Return whether the pressure was low often."""
        return self.breaches <= 0


TRANSITIONS = (
    ("Normal", "Off", "is_offline"),
    ("Normal", "Hot", "is_hot"),
    ("Hot", "Off", "is_offline"),
    ("Hot", "Normal", "is_calm"),
    ("Off", "Normal", "is_online"),
)


def transitions(messages: list[Message]) -> Run:
    """Return a run of the library `transitions`: one machine, a model object for each pump."""
    library = importlib.import_module("transitions")
    table = [
        {"trigger": "message", "source": source, "dest": target, "conditions": name}
        for source, target, name in TRANSITIONS
    ]

    class Model(Pump):
        state: str
        message: Callable[[Message], bool]

        def prepare(self, message: Message) -> None:
            self.count(self.state, message)

    def run() -> Outcome:
        pumps = {f"pump-{number}": Model() for number in range(PUMPS)}
        states = [{"name": "Normal", "on_enter": "reset"}, "Hot", "Off"]
        library.Machine(
            [*pumps.values()],
            states,
            initial="Normal",
            transitions=table,
            prepare_event="prepare",
            auto_transitions=False,
        )
        for message in messages:
            pumps[message["id"]].message(message)
        return {key: (pump.state, pump.breaches) for key, pump in pumps.items()}

    return run


def statemachine(messages: list[Message]) -> Run:
    """Return a run of the library `python-statemachine`: one machine for each pump.

    It prepares each transition that it tries, not each event: so the caller counts.
    """
    library = importlib.import_module("statemachine")
    states = {name: library.State(name, initial=name == "Normal") for name in ("Normal", "Hot", "Off")}
    event: Any = None
    for source, target, name in TRANSITIONS:
        transition = states[source].to(states[target], cond=name)
        event = transition if event is None else event | transition

    class Machine(library.StateMachine, Pump):  # type: ignore[misc, name-defined]
        Normal, Hot, Off = states["Normal"], states["Hot"], states["Off"]
        receive = event
        allow_event_without_transition = True

        def __init__(self) -> None:
            Pump.__init__(self)
            library.StateMachine.__init__(self)

        def on_enter_Normal(self) -> None:
            self.breaches = 0

    def run() -> Outcome:
        pumps = {f"pump-{number}": Machine() for number in range(PUMPS)}
        for message in messages:
            pump = pumps[message["id"]]
            pump.count(pump.current_state_value, message)
            pump.receive(message=message)
        return {key: (pump.current_state_value, pump.breaches) for key, pump in pumps.items()}

    return run


def works(messages: list[Message]) -> dict[str, Run]:
    """Return all runs by name; print to standard error the libraries that are not installed."""
    runs = {
        "step": steps(messages, trace=False),
        "step with trace": steps(messages, trace=True),
        "replay, JSON in, no output": replayed(messages, records=False),
        "replay, JSON in, traced records out": replayed(messages, records=True),
    }
    for name, make in {"transitions": transitions, "python-statemachine": statemachine}.items():
        try:
            runs[name] = make(messages)
        except ModuleNotFoundError as error:
            print(f"{name} left out: {error}; pip install -r benchmarks/requirements.txt", file=sys.stderr)
    return runs


def rate(run: Run, count: int) -> float:
    """Return messages a second."""
    start = time.perf_counter()
    run()
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print messages a second, and how many times slower than `step` each is."""
    options = argparse.ArgumentParser(description="Measure steps and replays.")
    options.add_argument("--messages", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    runs = works(make_messages(arguments.messages))
    outcomes = {name: run() for name, run in runs.items()}
    if wrong := [name for name, outcome in outcomes.items() if outcome != outcomes["step"]]:
        raise SystemExit(f"not the same states and counts: {', '.join(wrong)}")
    taken = [
        {name: rate(run, arguments.messages) for name, run in runs.items()} for _ in range(arguments.rounds)
    ]
    best = {name: max(rates[name] for rates in taken) for name in runs}
    print(f"{'a message of one of 100 pumps':42}{'messages/s':>14}{'times slower':>14}")
    for name, value in best.items():
        print(f"{name:42}{value:14,.0f}{best['step'] / value:14.1f}")


if __name__ == "__main__":
    main()
