"""JSON of the usual kind is read as the standard library reads it; the rest is left alone."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from iotevents.engine.message_payload import check_values
from iotevents.fast_json import MAX_LEVELS, compact, read_plain

NUMBERS = st.one_of(st.integers(), st.floats(), st.integers(2**63 - 2, 2**64 + 2), st.integers(-(2**64), -1))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(st.characters(), max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=4)
    ),
)
OBJECTS = st.dictionaries(st.text(max_size=3), VALUES, max_size=5)


def exactly(value: Any) -> str:
    """Return a text that also tells 1 from 1.0 and from true."""
    return repr(value)


@given(OBJECTS, st.booleans())
@example({"a": 2**63}, False)
@example({"a": -(2**63) - 1}, False)
@example({"a": float(2**63)}, False)
@example({"a": "\ud800"}, True)
def test_plain_object_is_read_as_by_standard_library(document: dict[str, Any], ascii: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii)
    found = read_plain(text)
    if found is not None:
        assert exactly(found) == exactly(json.loads(text))
        check_values(found)


@given(st.text(max_size=30) | st.from_regex(r"\{[\[\]{}:,\" 0-9aeE.+-]{0,20}\}", fullmatch=True))
def test_text_is_read_as_by_standard_library_or_left(text: str) -> None:
    found = read_plain(text)
    if found is not None:
        assert exactly(found) == exactly(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":9223372036854775808}',
        '{"a":-9223372036854775809}',
        '{"a":[1e19]}',
        '{"a":NaN}',
        '{"a":1e999}',
        '{"a":"\\ud800"}',
        "[1]",
        "1",
        "",
        "{",
        '{"a":' * (MAX_LEVELS + 2) + "1" + "}" * (MAX_LEVELS + 2),
        b'{"a":"\xff"}',
    ],
)
def test_unusual_text_is_left_alone(text: str | bytes) -> None:
    assert read_plain(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        ' {"a" : [1, -2.5e3, true, null, {"b": "ä\\u0000\\ud83d\\ude00"}]}\n',
        '{"a":9223372036854775807,"b":-9223372036854775808,"c":-0.0,"d":5e-324}',
        '{"a":1,"a":2}',
        '{"a":' * (MAX_LEVELS + 1) + "1" + "}" * (MAX_LEVELS + 1),
    ],
)
def test_usual_text_is_read(text: str) -> None:
    assert exactly(read_plain(text)) == exactly(read_plain(text.encode())) == exactly(json.loads(text))


@given(OBJECTS)
def test_compact_text_reads_back_the_same(document: dict[str, Any]) -> None:
    plain = read_plain(json.dumps(document))
    if plain is not None:
        assert exactly(json.loads(compact(plain))) == exactly(plain)
