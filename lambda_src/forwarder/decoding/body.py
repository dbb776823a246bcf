"""From the bytes of a body to its JSON value: gzip and zlib are recognised, never configured.

Memory is bounded: no more than the cap is ever inflated (RFC 1950 and 1952 compress 1000 to 1).
"""

import zlib
from typing import Any

from forwarder.decoding import strict_json
from forwarder.errors import Rejection
from forwarder.reasons import BAD_COMPRESSION, TOO_LARGE
from forwarder.sources.base64_text import decode_base64

GZIP_MAGIC = b"\x1f\x8b"
MAX_MEMBERS = 1000
"""Members of a gzip file at most: each costs a copy of the bytes behind it."""

_OTHER_MAGIC = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xff\x06\x00\x00sNaPpY": "snappy",
    b"\x82SNAPPY\x00": "snappy",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4",
}
"""First bytes of formats that are named, but not opened: frames (RFC 8878, the framing formats of snappy and
lz4), and the one of Java's snappy library."""
_GZIP, _ZLIB = 31, 15  # window bits of zlib.decompressobj: with the header of either format


def parse_body(data: bytes, cap: int, *, text: bool) -> Any:
    """Return the JSON value of a body, which may be compressed and then, if it came as `text`, in base64.

    Raises Rejection, also if the body inflates to more than `cap` bytes.
    """
    if data.startswith(GZIP_MAGIC):
        return strict_json.parse(gunzip(data, cap))
    try:
        return strict_json.parse(data)
    except Rejection:
        plain = _unpack(data, cap, text=text)
        if plain is None:
            _refuse_compression(data, text=text)
            raise
    return strict_json.parse(plain)


def unpack_body(data: bytes, cap: int, *, text: bool) -> bytes:
    """Return the content of a body as `parse_body` opens it, without parsing it; raises Rejection."""
    if data.startswith(GZIP_MAGIC):
        return gunzip(data, cap)
    plain = _unpack(data, cap, text=text)
    if plain is None:
        _refuse_compression(data, text=text)
        return data
    return plain


def gunzip(data: bytes, cap: int) -> bytes:
    """Return the content of all members of a gzip file; raises Rejection beyond `cap` bytes."""
    plain = b""
    for _ in range(MAX_MEMBERS):
        stream = zlib.decompressobj(_GZIP)
        plain += _inflate(stream, data, cap, cap - len(plain))
        data = stream.unused_data.lstrip(b"\0")
        if not data:
            return plain
    raise Rejection(BAD_COMPRESSION, f"gzip data of more than {MAX_MEMBERS} members")


def _unpack(data: bytes, cap: int, *, text: bool) -> bytes | None:
    """Return the content of packed data that is no JSON itself; None if the data is not packed."""
    if _has_zlib_header(data):
        return _unzip(data, cap)
    if not text:
        return None
    try:
        packed = decode_base64(data)
    except Rejection:
        return None
    if packed.startswith(GZIP_MAGIC):
        return gunzip(packed, cap)
    return _unzip(packed, cap) if _has_zlib_header(packed) else None


def _refuse_compression(data: bytes, *, text: bool) -> None:
    """Raise Rejection for data that another format has compressed, which is not opened."""
    heads = [data, _base64_head(data.lstrip()[:16])] if text else [data]
    for magic, name in _OTHER_MAGIC.items():
        if any(head.startswith(magic) for head in heads):
            raise Rejection(
                BAD_COMPRESSION, f"compressed with {name}; gzip and zlib are opened, {name} is not"
            )


def _base64_head(text: bytes) -> bytes:
    """Return the first bytes of what may be base64; b"" if it is not."""
    try:
        return decode_base64(text)
    except Rejection:
        return b""


def _unzip(data: bytes, cap: int) -> bytes | None:
    """Return the content of a zlib stream; None for other data, as two bytes of header prove little."""
    stream = zlib.decompressobj(_ZLIB)
    try:
        plain = _inflate(stream, data, cap, cap)
    except Rejection as error:
        if error.reason.code == TOO_LARGE:
            raise
        return None
    return None if stream.unused_data else plain


def _inflate(stream: "zlib._Decompress", data: bytes, cap: int, room: int) -> bytes:
    try:
        plain = stream.decompress(data, room + 1)
    except zlib.error as error:
        raise Rejection(BAD_COMPRESSION, f"damaged compressed data: {error}") from None
    if len(plain) > room:
        raise Rejection(TOO_LARGE, f"decompressed, it has more than {cap} bytes (maxDecompressedBytes)")
    if not stream.eof:
        raise Rejection(BAD_COMPRESSION, "the compressed data ends early")
    return plain


def _has_zlib_header(data: bytes) -> bool:
    """Return whether data begins as in RFC 1950, 2.2: deflate, at most 32 KiB of window, a check value."""
    return len(data) > 2 and data[0] & 0x8F == 8 and (data[0] << 8 | data[1]) % 31 == 0
