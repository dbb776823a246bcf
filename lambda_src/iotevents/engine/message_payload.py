"""Payloads of messages: a JSON object of values that the expression language can hold."""

import binascii
import json
from collections.abc import Iterable
from math import isfinite, isinf
from typing import Any

from iotevents.expressions.limits import MAX_INTEGER, MAX_VALUE_DEPTH, MIN_INTEGER
from iotevents.fast_json import read_plain

MAX_INTEGER_LENGTH = len(str(MIN_INTEGER))


class PayloadError(ValueError):
    """Invalid payload of a message; the text says why."""


def read_payload(payload: bytes, max_bytes: int) -> tuple[str, dict[str, Any]]:
    """Return the JSON text and the object of a payload.

    Raise PayloadError if it is larger than `max_bytes`, not UTF-8, not JSON, not an object, nested
    more than 100 levels deep, or holds NaN, Infinity, a number beyond a double, an integer beyond 64 bit, or
    half of a surrogate pair.
    """
    if len(payload) > max_bytes:
        raise PayloadError(f"The payload has {len(payload)} bytes; {max_bytes} are allowed")
    plain = read_plain(payload)
    return _judge(payload) if plain is None else (payload.decode(), plain)


def _judge(payload: bytes) -> tuple[str, dict[str, Any]]:
    """Read a payload that `read_plain` leaves undecided; raise PayloadError if it is invalid."""
    try:
        text = payload.decode()
        document = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise PayloadError(f"The payload is not UTF-8: byte {error.start} cannot be read") from error
    except json.JSONDecodeError as error:
        twice = ", but base64 of a JSON object: it is encoded twice" if _is_encoded(text) else f": {error}"
        raise PayloadError(f"The payload is not JSON{twice}") from error
    except RecursionError as error:
        raise PayloadError(_TOO_DEEP) from error
    if not isinstance(document, dict):
        raise PayloadError("The payload is not a JSON object")
    _check_depth(text, document)
    _check_surrogates(text, document)
    return text, document


def _is_encoded(text: str) -> bool:
    """Return whether a payload is base64 of a JSON object; an SDK encodes payloads itself."""
    try:
        return isinstance(json.loads(binascii.a2b_base64(text, strict_mode=True)), dict)
    except (ValueError, RecursionError):
        return False


_TOO_DEEP = f"The payload is nested more than {MAX_VALUE_DEPTH} levels deep"


def _integer(text: str) -> int:
    # The length comes first: Python refuses to convert thousands of digits, and would take long.
    if len(text) > MAX_INTEGER_LENGTH or not MIN_INTEGER <= int(text) <= MAX_INTEGER:
        raise PayloadError(f"The payload holds the integer {text[:24]}, which is beyond 64 bit")
    return int(text)


def _decimal(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise PayloadError(f"The payload holds the number {text[:24]}, which is beyond a double")
    return value


def _constant(text: str) -> None:
    raise PayloadError(f"The payload holds {text}, which is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_constant)


def check_values(value: Any) -> None:
    """Raise PayloadError for a decoded JSON value that `read_payload` would refuse as text."""
    level = [value]
    for _ in range(MAX_VALUE_DEPTH + 1):
        for item in level:
            _check_scalar(item)
        level = [child for item in level if isinstance(item, dict | list) for child in _members(item)]
        if not level:
            return
    raise PayloadError(_TOO_DEEP)


def _check_scalar(value: Any) -> None:
    match value:
        case bool():
            return
        case int() if not MIN_INTEGER <= value <= MAX_INTEGER:
            raise PayloadError("The payload holds an integer that is beyond 64 bit")
        case float() if not isfinite(value):
            raise PayloadError(f"The payload holds {value}, which is not a number that JSON knows")
        case str() if not value.isascii():
            _check_text(value)


def _members(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return (*value, *value.values()) if isinstance(value, dict) else value


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        reason = "The payload holds half of a surrogate pair or a byte that is not UTF-8"
        raise PayloadError(reason) from error


def _check_depth(text: str, document: dict[str, Any]) -> None:
    # Almost every payload has too few brackets to be deep: it is never walked.
    if text.count("{") + text.count("[") <= MAX_VALUE_DEPTH:
        return
    level: list[Any] = [document]
    for _ in range(MAX_VALUE_DEPTH):
        level = [child for item in level for child in _children(item) if isinstance(child, dict | list)]
    if level:
        raise PayloadError(_TOO_DEEP)


def _children(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _check_surrogates(text: str, document: dict[str, Any]) -> None:
    if "\\u" not in text:
        return
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise PayloadError("The payload holds half of a surrogate pair, which is not text") from error
