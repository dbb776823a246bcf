"""The Kinesis Producer Library's aggregated record: many user records in one Kinesis record.

Layout (aggregation-format.md of the amazon-kinesis-producer repository): four magic bytes, a protobuf
AggregatedRecord {1: partition keys, 3: records {1: index of the key, 3: data}}, and the MD5 of the protobuf.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5

MAGIC = b"\xf3\x89\x9a\xc2"

UserRecord = tuple[str, bytes]
"""Partition key and data."""


def aggregate(records: Sequence[UserRecord]) -> bytes:
    """Return the data of one Kinesis record that carries all the given user records."""
    keys = list(dict.fromkeys(key for key, _ in records))
    body = b"".join(_fields(records, keys))
    return MAGIC + body + md5(body, usedforsecurity=False).digest()


def _fields(records: Iterable[UserRecord], keys: Sequence[str]) -> Iterator[bytes]:
    for key in keys:
        yield _bytes_field(1, key.encode())
    for key, data in records:
        yield _bytes_field(3, _number_field(1, keys.index(key)) + _bytes_field(3, data))


def _bytes_field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    return bytes((value & 0x7F | 0x80,)) + _varint(value >> 7)
