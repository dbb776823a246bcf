import json
import math
from itertools import accumulate
from typing import Any

import pytest
from forwarder.decoding import strict_json
from forwarder.errors import Rejection
from forwarder.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


def refusal(data: bytes) -> Rejection:
    with pytest.raises(Rejection) as caught:
        strict_json.parse(data)
    return caught.value


@given(JSON)
def test_any_value_round_trip(value: Any) -> None:
    assert strict_json.parse(strict_json.dump(value)) == value


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_parse_or_are_rejected(data: bytes) -> None:
    try:
        value = strict_json.parse(data)
    except Rejection:
        return
    assert value == json.loads(data)


@given(st.text('[]{}":,\\ux0dD8e9.-+ \n1', max_size=300))
def test_any_json_like_text_parses_or_is_rejected(text: str) -> None:
    try:
        value = strict_json.parse(text.encode())
    except Rejection:
        return
    assert strict_json.parse(strict_json.dump(value)) == value


@pytest.mark.parametrize(
    ("data", "code", "text"),
    [
        (b"", "BadJson", "not JSON: it is empty"),
        (b"{", "BadJson", "not JSON: Expecting property name enclosed in double quotes at character 2"),
        (b"{} {}", "BadJson", "not JSON: Extra data at character 4"),
        (
            b"{}\n{}",
            "BadJson",
            "not JSON: Extra data at character 4, in a new line (see bodyFormat: json-lines)",
        ),
        (b'"\n"', "BadJson", "not JSON: Invalid control character at at character 2"),
        (b"\xef\xbb\xbf", "BadJson", "not JSON: it is empty"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "BadJson", "not JSON: it starts with two byte order marks"),
        (b'{"a":"\xff"}', "BadUtf8", "not UTF-8 at byte 7: invalid start byte"),
        (b'"\xed\xa0\x80"', "BadUtf8", "not UTF-8 at byte 2: invalid continuation byte"),
        (b'{"a":"NaN","b":NaN}', "BadNumber", "NaN, Infinity or a number too large at character 16"),
        (b"[-Infinity]", "BadNumber", "NaN, Infinity or a number too large at character 2"),
        (b"[1,1e999]", "BadNumber", "NaN, Infinity or a number too large at character 4"),
        (b"-1.5E+400", "BadNumber", "NaN, Infinity or a number too large at character 1"),
        (b"1" * 4301, "BadNumber", "an integer has more digits than can be read (4300)"),
        (b"[" * 101 + b"]" * 101, "TooDeep", "nested more than 100 deep at character 101"),
        (b"[" * 1_000_000, "TooDeep", "nested more than 100 deep at character 101"),
        (rb'["\\ud83d","\ud83d"]', "BadUtf8", "half of a surrogate pair at character 13"),
        (rb'{"\uDe00":1}', "BadUtf8", "half of a surrogate pair at character 3"),
    ],
)
def test_bad_text_is_rejected_with_place(data: bytes, code: str, text: str) -> None:
    error = refusal(data)
    assert error.reason == Reason(code, text)


def test_hundred_levels_pass() -> None:
    assert strict_json.parse(b'{"a":' * 100 + b"1" + b"}" * 100)


def test_brackets_in_strings_are_not_levels() -> None:
    assert strict_json.parse(b'["' + b'[\\"{' * 200 + b'"]') == ['["{' * 200]


def test_many_brackets_side_by_side_pass() -> None:
    assert len(strict_json.parse(b"[" + b"{}," * 500 + b"{}]")) == 501


def test_surrogate_pair_passes() -> None:
    assert strict_json.parse(rb'"\ud83d\ude00"') == "\N{GRINNING FACE}"


def test_last_of_equal_names_counts() -> None:
    assert strict_json.parse(b'{"a":1,"a":2}') == {"a": 2}


def test_large_numbers_within_range_pass() -> None:
    assert strict_json.parse(b"[1e308,1e-999]") == [1e308, 0.0]


def test_dump_is_compact_utf8() -> None:
    assert strict_json.dump({"ä": [1, 2.5, None, True]}) == '{"ä":[1,2.5,null,true]}'.encode()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (math.nan, "BadNumber"),
        ([math.inf], "BadNumber"),
        ("\ud800", "BadUtf8"),
        ({"\udfff": 1}, "BadUtf8"),
    ],
)
def test_dump_refuses_what_json_has_not(value: Any, code: str) -> None:
    with pytest.raises(Rejection) as caught:
        strict_json.dump(value)
    assert caught.value.reason.code == code


def test_dump_refuses_endless_integer() -> None:
    with pytest.raises(Rejection, match="BadNumber"):
        strict_json.dump(10**4300)


def test_dump_refuses_endless_nesting() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(Rejection, match="TooDeep"):
        strict_json.dump(value)


STRINGS = ['"["', '"\\\\"', '"\\"["', '"\\\\\\"]"', '"é"', '""']


@given(st.lists(st.sampled_from(["[", "{", "]", "}", "a", "é", *STRINGS]), max_size=40))
def test_depth_is_that_of_the_brackets(pieces: list[str]) -> None:
    brackets = list(accumulate((piece in "[{") - (piece in "]}") for piece in pieces if len(piece) == 1))
    depth = 99 + max(brackets, default=0)
    try:
        strict_json.parse(("[" * 99 + "".join(pieces)).encode())
    except Rejection as error:
        refused = error.reason.code
    assert (refused == "TooDeep") == (depth > 100)
