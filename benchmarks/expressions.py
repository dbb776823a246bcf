"""Conditions a second on one core, beside two other expression languages on the same work.

    .venv/bin/python -m benchmarks.expressions [--messages N] [--rounds N]

The work: three conditions on each of many different messages, which arrive as decoded JSON, as in a detector.
Everything is parsed before the clock starts. Each language's figure is its best round; the rounds take turns.
The comparison needs `pip install -r benchmarks/requirements.txt`.
"""

import argparse
import importlib
import random
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from iotevents.expressions import Scope, TriggerType, compile_expression

Message = dict[str, Any]
Answer = Callable[[Message], list[bool]]

CONDITIONS = [
    "$input.Pump.sensorData.pressure > 70 && $variable.breaches > 0",
    "$input.Pump.status == 'OFFLINE' || startsWith($input.Pump.status, 'ERR')",
    "($input.Pump.fahrenheit - 32) * 5 / 9 >= $variable.limit",
]
CEL_CONDITIONS = [
    "input.Pump.sensorData.pressure > 70 && variable.breaches > 0",
    "input.Pump.status == 'OFFLINE' || input.Pump.status.startsWith('ERR')",
    "(input.Pump.fahrenheit - 32.0) * 5.0 / 9.0 >= variable.limit",
]
SIMPLEEVAL_CONDITIONS = [
    "input['Pump']['sensorData']['pressure'] > 70 and variable['breaches'] > 0",
    "input['Pump']['status'] == 'OFFLINE' or startsWith(input['Pump']['status'], 'ERR')",
    "(input['Pump']['fahrenheit'] - 32) * 5 / 9 >= variable['limit']",
]
VARIABLES = {"breaches": 3, "limit": 30.0}


def make_messages(count: int) -> list[Message]:
    """Return different payloads of one pump, the same on every run."""
    source = random.Random(1)
    return [
        {
            "sensorData": {"pressure": source.randrange(40, 100)},
            "status": source.choice(["ONLINE", "OFFLINE", "ERR-7"]),
            "fahrenheit": source.uniform(50, 120),
        }
        for _ in range(count)
    ]


def ours() -> Answer:
    """Return our evaluation: compiled closures, and a new scope for each message."""
    evaluators = [compile_expression(text).evaluate for text in CONDITIONS]

    def answer(message: Message) -> list[bool]:
        scope = Scope({"Pump": message}, VARIABLES, TriggerType.MESSAGE, "Pump")
        return [evaluate(scope) is True for evaluate in evaluators]

    return answer


def simpleeval() -> Answer:
    """Return simpleeval's evaluation of parsed trees. With `[…]` it is faster than with dots."""
    module = importlib.import_module("simpleeval")
    evaluator = module.SimpleEval(functions={"startsWith": str.startswith})
    trees = [evaluator.parse(text) for text in SIMPLEEVAL_CONDITIONS]

    def answer(message: Message) -> list[bool]:
        evaluator.names = {"input": {"Pump": message}, "variable": VARIABLES}
        return [evaluator.eval("", previously_parsed=tree) for tree in trees]

    return answer


def cel() -> Answer:
    """Return the evaluation of compiled CEL programs; each converts its values."""
    programs = [importlib.import_module("cel").compile(text) for text in CEL_CONDITIONS]

    def answer(message: Message) -> list[bool]:
        values = {"input": {"Pump": message}, "variable": VARIABLES}
        return [program.execute(values) for program in programs]

    return answer


def cel_one_context() -> Answer:
    """Return the evaluation of compiled CEL programs with one conversion of values a message."""
    module = importlib.import_module("cel")
    programs = [module.compile(text) for text in CEL_CONDITIONS]

    def answer(message: Message) -> list[bool]:
        context = module.Context({"input": {"Pump": message}, "variable": VARIABLES})
        return [program.execute(context) for program in programs]

    return answer


RIVALS = {"simpleeval": simpleeval, "CEL in Rust": cel, "CEL in Rust, one context a message": cel_one_context}


def rate(answer: Answer, messages: list[Message]) -> float:
    """Return conditions a second over all messages."""
    start = time.perf_counter()
    for message in messages:
        answer(message)
    return len(messages) * len(CONDITIONS) / (time.perf_counter() - start)


def best_rates(answers: dict[str, Answer], messages: list[Message], rounds: int) -> dict[str, float]:
    """Return each language's best rate of the rounds, in each of which every language takes its turn."""
    taken = [{name: rate(answer, messages) for name, answer in answers.items()} for _ in range(rounds)]
    return {name: max(rates[name] for rates in taken) for name in answers}


def typical_rate(rounds: int) -> float:
    """Return evaluations a second of the first condition alone, on one scope."""
    scope = Scope({"Pump": make_messages(1)[0]}, VARIABLES)
    evaluate = compile_expression(CONDITIONS[0]).evaluate
    return max(_loop(lambda: evaluate(scope), 200_000) for _ in range(rounds))


def _loop(action: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        action()
    return count / (time.perf_counter() - start)


def installed_rivals() -> dict[str, Answer]:
    """Return the languages that can be imported; print the others to standard error."""
    answers = {}
    for name, make in RIVALS.items():
        try:
            answers[name] = make()
        except ModuleNotFoundError as error:
            print(f"{name} left out: {error}; pip install -r benchmarks/requirements.txt", file=sys.stderr)
    return answers


def check_agreement(answers: Iterable[Answer], messages: list[Message]) -> None:
    """Raise SystemExit if languages differ in an answer, which would make the comparison worthless."""
    first, *others = ([answer(message) for message in messages] for answer in answers)
    if any(other != first for other in others):
        raise SystemExit("the languages disagree about the conditions")


def main() -> None:
    """Print conditions a second, and how many times ours is faster."""
    options = argparse.ArgumentParser(description="Measure the evaluation of conditions.")
    options.add_argument("--messages", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    messages = make_messages(arguments.messages)
    answers = {"iotevents": ours(), **installed_rivals()}
    check_agreement(answers.values(), messages[:500])
    rates = best_rates(answers, messages, arguments.rounds)
    print(f"{'three conditions, new message each time':42}{'conditions/s':>14}{'times slower':>14}")
    for name, value in rates.items():
        print(f"{name:42}{value:14,.0f}{rates['iotevents'] / value:14.1f}")
    print(f"{'iotevents, one typical condition alone':42}{typical_rate(arguments.rounds):14,.0f}")


if __name__ == "__main__":
    main()
