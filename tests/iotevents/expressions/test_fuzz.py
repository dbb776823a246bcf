"""Any text is an expression or raises ParseError; any expression has a value or raises EvaluationError.

FUZZ_EXAMPLES=5000000 tries that many texts, FUZZ_SEED other ones.
"""

import os
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iotevents.expressions import (
    ParseError,
    Result,
    Scope,
    Value,
    compile_expression,
    compile_parameter,
    compile_path,
    compile_text,
    judge,
)
from iotevents.expressions.limits import MAX_INTEGER, MIN_INTEGER

from tests.support.expressions.generators import SCOPES, examples, typed, untyped

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))

REFERENCES = ["$input.Pump.n", "$variable.d", "$input.Pump.list[2].n", "$variable.`sensor data`", "$input."]
WORDS = ["1", "2.5", "9223372036854775807", "'a'", '"b"', "true", "null", "String", "convert(", "timeout("]
SIGNS = [*"+-*/!~|&^<=(),.[]}'\"`\\$ \n\0", "||", "&&", "<=", "==", "!=", "${"]
STRANGE = ["é", "\N{ARABIC-INDIC DIGIT THREE}", "\N{NO-BREAK SPACE}", "\ud800"]
PIECES = [*REFERENCES, *WORDS, *SIGNS, *STRANGE]


scalars = (
    st.none() | st.booleans() | st.integers(MIN_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False) | st.text()
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)


def texts(source: random.Random, count: int) -> Iterator[str]:
    """Pieces in a row, long runs of one piece, and good expressions with something wrong in them."""
    seeds = [example.text for generator in (typed, untyped) for example in examples(generator, SEED, 500)]
    for _ in range(count):
        match source.randrange(8):
            case 0:
                yield source.choice(PIECES) * source.randrange(100) + source.choice(PIECES)
            case 1 | 2 | 3:
                yield "".join(source.choices(PIECES, k=source.randrange(12)))
            case _:
                yield _spoiled(source, source.choice(seeds))


def _spoiled(source: random.Random, text: str) -> str:
    start = source.randrange(len(text) + 1)
    end = start + source.choice([0, 0, 1, 5])
    piece: str = source.choice(["", source.choice(PIECES)])
    return text[:start] + piece + text[end:]


def refused_at(compile_any: Callable[[str], object], text: str) -> int | None:
    """Return the place that a ParseError names, if there is one; other exceptions are failures."""
    try:
        compile_any(text)
    except ParseError as error:
        return error.position
    return None


def judge_everywhere(text: str) -> None:
    """Evaluate as a condition, which raises nothing."""
    expression = compile_expression(text)
    for scope in SCOPES:
        judge(expression, scope)


def test_any_text_is_read_or_refused() -> None:
    read = 0
    for text in texts(random.Random(SEED), EXAMPLES):
        position = refused_at(judge_everywhere, text)
        read += position is None
        assert 0 <= (position or 0) <= len(text), text
    assert EXAMPLES / 10 < read < EXAMPLES / 2


@given(st.text(max_size=60) | st.text(alphabet="$input.variable'\"`{}()[]1.5+-*/!&|^<=> ,", max_size=60))
@settings(max_examples=300, deadline=None)
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    assert 0 <= (refused_at(judge_everywhere, text) or 0) <= len(text)


@pytest.mark.parametrize("compile_any", [compile_parameter, compile_text, compile_path])
@given(text=st.text(alphabet="ab ${}'\"\\`.$input.I[0]", max_size=60))
@settings(max_examples=200, deadline=None)
def test_arbitrary_other_text_is_read_or_refused(compile_any: Callable[[str], object], text: str) -> None:
    assert 0 <= (refused_at(compile_any, text) or 0) <= len(text)


@given(st.text(alphabet=st.characters(exclude_characters="$"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_text_without_dollar_is_itself(text: str) -> None:
    assert compile_text(text).evaluate(SCOPES[0]) == text


@pytest.mark.parametrize(
    "text", ["$variable.v + $variable.v", "'${$variable.v}'", "-$variable.v < 1.5 * $variable.v"]
)
@given(value=json_values)
@settings(max_examples=100, deadline=None)
def test_arbitrary_value_is_judged(text: str, value: Value) -> None:
    assert judge(compile_expression(text), Scope({}, {"v": value})).result in Result
