"""Closures against the oracle, and mistakes put into the closures, which the comparison must notice.

EXPRESSION_EXAMPLES=100000 compares that many examples of each generator.
"""

import os
import random
from collections.abc import Callable
from functools import cache

import pytest
from iotevents.expressions import EvaluationError, compile_expression

from tests.support.expressions.generators import Example, arithmetic, examples, typed, untyped
from tests.support.expressions.mutants import MUTANTS
from tests.support.expressions.oracle import Failed, Tree, walk

EXAMPLES = int(os.environ.get("EXPRESSION_EXAMPLES", "5000"))
Generator = Callable[[random.Random], Tree]
GENERATORS: dict[str, Generator] = {
    "untyped": untyped,
    "typed": typed,
    "arithmetic": arithmetic,
}


def outcome_of(example: Example) -> str:
    """Return the value with its type, or the kind of error, of the implementation."""
    try:
        return repr(compile_expression(example.text).evaluate(example.scope))
    except EvaluationError as error:
        return type(error).__name__


def expected_of(example: Example) -> str:
    """Return the same of the oracle."""
    try:
        return repr(walk(example.tree, example.scope))
    except Failed as failed:
        return str(failed)


@cache
def judged(generator: str) -> list[tuple[Example, str]]:
    """Return the examples of a generator with what the oracle makes of them."""
    made = examples(GENERATORS[generator], seed=7, count=EXAMPLES)
    return [(example, expected_of(example)) for example in made]


@pytest.mark.parametrize("generator", GENERATORS)
def test_closures_agree_with_oracle(generator: str) -> None:
    for example, expected in judged(generator):
        assert outcome_of(example) == expected, example.text


@pytest.mark.parametrize(
    ("generator", "wanted"),
    [
        (
            "untyped",
            {"True", "False", "TypeMismatch", "ConversionError", "<Undefined.UNDEFINED: 'undefined'>"},
        ),
        ("typed", {"True", "False", "NumberOverflow", "DivisionByZero"}),
        ("arithmetic", {"0", "-1", "2.5", "-0.5", "True", "False", "NumberOverflow", "DivisionByZero"}),
    ],
)
def test_generator_reaches_outcome(generator: str, wanted: set[str]) -> None:
    assert wanted <= {expected for _, expected in judged(generator)}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mistake_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [case for generator in GENERATORS for case in judged(generator)]
    MUTANTS[mutant](monkeypatch)
    assert any(outcome_of(example) != expected for example, expected in cases)
