"""What a payload may hold."""

import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iotevents.engine.message_payload import PayloadError, check_values, read_payload


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b' {"a" : [1, -2.5e3, true, null, "x"]}\n',
        b'{"a":9223372036854775807,"b":-9223372036854775808}',
        b'{"a":1e308,"b":1e-999,"c":-0.0}',
        '{"a":"ä€😀"}'.encode(),
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"' + b"[{" * 200 + b'"}',
        nested(100),
    ],
)
def test_payload_is_taken(payload: bytes) -> None:
    assert read_payload(payload, 1024) == (payload.decode(), json.loads(payload))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a":1} x', "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":[Infinity]}', "Infinity"),
        (b'{"a":-Infinity}', "-Infinity"),
        (b'{"a":1e999}', "1e999"),
        (b'{"a":-1e999}', "-1e999"),
        (b'{"a":9223372036854775808}', "64 bit"),
        (b'{"a":-9223372036854775809}', "64 bit"),
        (b'{"a":' + b"1" * 900 + b"}", "64 bit"),
        (b'{"a":"\xff"}', "not UTF-8: byte 6"),
        (b'{"a":"\\ud83d"}', "surrogate"),
        (b'{"\\ude00":1}', "surrogate"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (nested(101), "nested more than 100"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "nested more than 100"),
    ],
)
def test_payload_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(PayloadError, match=reason):
        read_payload(payload, 1024)


def test_payload_has_a_limit_in_bytes() -> None:
    whole = b'{"a":"' + "é".encode() * 508 + b'"}'
    assert len(whole) == 1024
    assert read_payload(whole, 1024)[0] == whole.decode()
    with pytest.raises(PayloadError, match="has 1025 bytes; 1024 are allowed"):
        read_payload(whole + b" ", 1024)


def test_payload_nested_without_end_is_refused() -> None:
    with pytest.raises(PayloadError, match="nested more than 100"):
        read_payload(b'{"a":' * 200_000, 10_000_000)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400, -(10**400)])
def test_decoded_integer_beyond_64_bit_is_refused(value: int) -> None:
    with pytest.raises(PayloadError, match="integer that is beyond 64 bit"):
        check_values({"n": [value]})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
anything = st.one_of(
    st.binary(), st.text().map(str.encode), values.map(lambda value: json.dumps(value).encode())
)


@given(anything)
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    try:
        text, document = read_payload(payload, 4096)
    except PayloadError:
        return
    assert text.encode() == payload
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert all(isinstance(name, str) for name in chain(document))


@pytest.mark.parametrize("text", [b"eyJhIjogMX0=", b"e30="])
def test_payload_that_is_encoded_twice(text: bytes) -> None:
    with pytest.raises(PayloadError, match="base64 of a JSON object: it is encoded twice"):
        read_payload(text, 1024)


@pytest.mark.parametrize("text", [b"abcd", b"MQ==", b"not base64"])
def test_payload_that_is_no_json_at_all(text: bytes) -> None:
    with pytest.raises(PayloadError, match="The payload is not JSON: "):
        read_payload(text, 1024)
