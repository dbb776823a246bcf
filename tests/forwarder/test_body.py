import base64
import gzip
import tracemalloc
import zlib
from typing import Any

import pytest
from forwarder.decoding.body import MAX_MEMBERS, gunzip, parse_body
from forwarder.errors import Rejection
from hypothesis import given
from hypothesis import strategies as st

CAP = 1024
DOCUMENT = b'{"a":1}'
PACKERS: list[Any] = [gzip.compress, zlib.compress]
CODES = {"BadJson", "BadUtf8", "BadNumber", "TooDeep", "BadCompression", "TooLarge"}


def refusal(data: bytes, *, text: bool = False, cap: int = CAP) -> tuple[str, str]:
    with pytest.raises(Rejection) as caught:
        parse_body(data, cap, text=text)
    return caught.value.reason.code, caught.value.reason.text


def outcome(data: bytes, *, text: bool) -> str:
    try:
        parse_body(data, CAP, text=text)
    except Rejection as error:
        return error.reason.code
    return ""


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress])
@pytest.mark.parametrize("text", [True, False])
def test_body_is_unpacked(pack: Any, text: bool) -> None:
    assert parse_body(pack(DOCUMENT), CAP, text=text) == {"a": 1}


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("level", [0, 1, 9])
def test_base64_in_text_is_unpacked(pack: Any, level: int) -> None:
    body = base64.b64encode(pack(DOCUMENT, level)) + b"\n"
    assert parse_body(body, CAP, text=True) == {"a": 1}


def test_base64_in_binary_is_not_looked_for() -> None:
    assert refusal(base64.b64encode(gzip.compress(DOCUMENT)))[0] == "BadJson"


def test_base64_of_plain_json_in_text_is_not_json() -> None:
    assert refusal(base64.b64encode(DOCUMENT), text=True)[0] == "BadJson"


@given(st.binary(), st.booleans())
def test_any_bytes_parse_or_are_rejected(data: bytes, text: bool) -> None:
    assert outcome(data, text=text) in CODES | {""}


@given(st.sampled_from(PACKERS), st.binary(), st.data())
def test_any_damage_is_rejected_or_harmless(pack: Any, garbage: bytes, data: st.DataObject) -> None:
    packed = pack(DOCUMENT * 3)
    at = data.draw(st.integers(0, len(packed)))
    assert outcome(packed[:at] + garbage, text=False) in CODES | {""}


def test_json_that_looks_like_zlib_is_json() -> None:
    assert parse_body(b"88", CAP, text=False) == 88


def test_text_that_looks_like_zlib_keeps_its_reason() -> None:
    assert refusal(b"x\x9c is not zlib")[0] == "BadUtf8"


def test_zlib_with_something_behind_is_none() -> None:
    assert refusal(zlib.compress(DOCUMENT) + b"?")[0] == "BadUtf8"


def test_several_members_are_joined() -> None:
    assert gunzip(gzip.compress(b'{"a"') + gzip.compress(b":1}") + bytes(3), CAP) == DOCUMENT


def test_members_share_the_cap() -> None:
    assert len(gunzip(gzip.compress(bytes(600)) + gzip.compress(bytes(424)), CAP)) == CAP
    with pytest.raises(Rejection, match="TooLarge"):
        gunzip(gzip.compress(bytes(600)) + gzip.compress(bytes(425)), CAP)


def test_members_are_limited() -> None:
    with pytest.raises(Rejection, match="more than 1000 members"):
        gunzip(gzip.compress(b"") * (MAX_MEMBERS + 1), CAP)


@pytest.mark.parametrize("pack", PACKERS)
def test_bomb_is_rejected_in_bounded_memory(pack: Any) -> None:
    bomb = pack(bytes(50_000_000))
    tracemalloc.start()
    try:
        code, text = refusal(bomb, cap=100_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (code, text) == ("TooLarge", "decompressed, it has more than 100000 bytes (maxDecompressedBytes)")
    assert peak < 2_000_000


def test_bomb_behind_base64_is_rejected() -> None:
    assert refusal(base64.b64encode(gzip.compress(bytes(2000))), text=True)[0] == "TooLarge"


@pytest.mark.parametrize("cut", [3, 12, 20, -1])
def test_cut_gzip_is_rejected(cut: int) -> None:
    assert refusal(gzip.compress(DOCUMENT)[:cut])[0] == "BadCompression"


def test_garbage_behind_gzip_is_rejected() -> None:
    assert refusal(gzip.compress(DOCUMENT) + b"garbage")[0] == "BadCompression"


def test_gzip_of_bad_json_says_so() -> None:
    assert refusal(gzip.compress(b"{"))[0] == "BadJson"


COMPRESSED = {
    "zstd": bytes.fromhex("28b52ffd2007390000") + DOCUMENT,
    "snappy": b"\xff\x06\x00\x00sNaPpY" + DOCUMENT,
    "lz4": bytes.fromhex("04224d186440a707000080") + DOCUMENT,
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_unopened_compression_is_named(name: str) -> None:
    text = f"compressed with {name}; gzip and zlib are opened, {name} is not"
    assert refusal(COMPRESSED[name]) == ("BadCompression", text)
    assert refusal(base64.encodebytes(COMPRESSED[name]), text=True) == ("BadCompression", text)


def test_gzip_in_base64_lines_is_opened() -> None:
    text = base64.encodebytes(gzip.compress(DOCUMENT) + gzip.compress(b" " * 100))
    assert parse_body(text, CAP, text=True) == {"a": 1}
