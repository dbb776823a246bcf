"""Taking apart Kinesis Producer Library aggregates: many user records in one Kinesis record.

The layout is that of aggregation-format.md (awslabs/amazon-kinesis-producer): magic bytes, a protobuf
message (proto2), its MD5. In it field 1 is the table of partition keys and field 3 a user record, whose
field 1 is the index of its key and field 3 its data. Writers of proto3 leave out an index of 0 and empty
data: both are read as such.
"""

import hashlib
from collections.abc import Iterator

MAGIC = b"\xf3\x89\x9a\xc2"
_DIGEST_SIZE = 16

UserRecord = tuple[str, bytes]
"""Partition key and data."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}


class UnreadableAggregateError(ValueError):
    """Data that begin like an aggregate and are no valid one; the text says what is wrong."""


def deaggregate(data: bytes) -> list[UserRecord] | None:
    """Return the user records of an aggregate in order; None if the data do not begin like one.

    Raise UnreadableAggregateError for data that only look like an aggregate: they are to be taken as an
    ordinary record, so that nothing gets lost.
    """
    if not data.startswith(MAGIC):
        return None
    message, digest = data[len(MAGIC) : -_DIGEST_SIZE], data[-_DIGEST_SIZE:]
    if hashlib.md5(message, usedforsecurity=False).digest() != digest:
        raise UnreadableAggregateError("its MD5 does not match")
    try:
        return _user_records(message)
    except UnicodeDecodeError:
        raise UnreadableAggregateError("a partition key is not UTF-8") from None


def _user_records(message: bytes) -> list[UserRecord]:
    keys: list[str] = []
    records: list[tuple[int, bytes]] = []
    for number, value in _fields(message):
        if number == 1 and isinstance(value, bytes):
            keys.append(value.decode())
        elif number == 3 and isinstance(value, bytes):
            records.append(_user_record(value))
    if outside := [index for index, _ in records if index >= len(keys)]:
        raise UnreadableAggregateError(f"a user record has key index {outside[0]} of {len(keys)} keys")
    return [(keys[index], data) for index, data in records]


def _user_record(message: bytes) -> tuple[int, bytes]:
    index, data = 0, b""
    for number, value in _fields(message):
        if number == 1 and isinstance(value, int):
            index = value
        elif number == 3 and isinstance(value, bytes):
            data = value
    return index, data


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes | None]]:
    """Yield number and value of every field: an int for a varint, bytes for a length-delimited one."""
    position, end = 0, len(message)
    while position < end:
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _VARINT:
            number, position = _varint(message, position)
            yield tag >> 3, number
            continue
        size, position = _size(message, position, kind)
        if position + size > end or tag < 8:
            raise UnreadableAggregateError("a field is damaged")
        yield tag >> 3, message[position : position + size] if kind == _BYTES else None
        position += size


def _size(message: bytes, position: int, kind: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _varint(message, position)
    if kind not in _FIXED_SIZES:
        raise UnreadableAggregateError("a field has an unknown type")
    return _FIXED_SIZES[kind], position


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[position : position + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, position + shift + 1
    raise UnreadableAggregateError("a number has no end")
