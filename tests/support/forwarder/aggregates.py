"""KPL aggregates for the tests, written from aggregation-format.md; `extra` are further protobuf fields."""

import hashlib
from collections.abc import Sequence

MAGIC = b"\xf3\x89\x9a\xc2"


def varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def length_delimited(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def user_record(index: int, data: bytes, extra: bytes = b"") -> bytes:
    return length_delimited(3, varint(1 << 3) + varint(index) + length_delimited(3, data) + extra)


def seal(message: bytes) -> bytes:
    return MAGIC + message + hashlib.md5(message, usedforsecurity=False).digest()


def aggregate(records: Sequence[tuple[str, bytes]], extra: bytes = b"") -> bytes:
    keys = sorted({key for key, _ in records})
    table = b"".join(length_delimited(1, key.encode()) for key in keys)
    return seal(table + extra + b"".join(user_record(keys.index(key), data, extra) for key, data in records))
