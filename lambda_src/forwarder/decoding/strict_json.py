"""JSON as RFC 8259 has it, in and out: what Python's json takes beyond that is rejected with its place.

Of members with the same name the last one counts, as with most readers (RFC 8259, 4).
"""

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

from forwarder.errors import Rejection
from forwarder.reasons import BAD_JSON, BAD_NUMBER, BAD_UTF8, TOO_DEEP

MAX_DEPTH = 100
"""Arrays and objects inside each other, at most."""

BYTE_ORDER_MARK = "\ufeff"
"""Ignored at the start, as RFC 8259, 8.1 allows."""

_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([\[{])|[\]}]', re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = bytes.maketrans(b"[{]}", bytes([1, 1, 0, 0]))
_STEP = (-1, 1)
_NUMBERS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|([-+.\w]+)', re.DOTALL)
_ESCAPES = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)", re.DOTALL)


class _NoValue(ValueError):
    """Number in the text that has no value in JSON."""

    def __init__(self, token: str) -> None:
        self.token = token
        super().__init__(token)


def parse(data: bytes) -> Any:
    """Return the value of JSON text in UTF-8; raises Rejection with what is wrong and where."""
    try:
        text = data.decode().removeprefix(BYTE_ORDER_MARK)
        if text.count("{") + text.count("[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
            _check_depth(text)
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise Rejection(BAD_UTF8, f"not UTF-8 at byte {error.start + 1}: {error.reason}") from None
    except json.JSONDecodeError as error:
        raise Rejection(BAD_JSON, _json_text(error)) from None
    except _NoValue as error:
        place = _place(text, error.token)
        raise Rejection(BAD_NUMBER, f"NaN, Infinity or a number too large at character {place}") from None
    except ValueError:
        raise Rejection(BAD_NUMBER, "an integer has more digits than can be read (4300)") from None
    if "\\u" in text:
        _check_surrogates(value, text)
    return value


def dump(value: Any) -> bytes:
    """Return a value as compact JSON in UTF-8; raises Rejection if JSON has no text for it."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        raise Rejection(BAD_UTF8, "a string has half of a surrogate pair") from None
    except ValueError:
        raise Rejection(BAD_NUMBER, "a number is NaN, infinite or too long to be written") from None
    except RecursionError:
        raise Rejection(TOO_DEEP, f"the value is nested more than {MAX_DEPTH} deep") from None


def _finite(token: str) -> float:
    value = float(token)
    if math.isinf(value):
        raise _NoValue(token)
    return value


def _refuse(token: str) -> NoReturn:
    raise _NoValue(token)


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))


def _json_text(error: json.JSONDecodeError) -> str:
    if error.doc.startswith(BYTE_ORDER_MARK):
        return "not JSON: it starts with two byte order marks"
    if not error.doc.strip():
        return "not JSON: it is empty"
    text = f"not JSON: {error.msg} at character {error.pos + 1}"
    before = error.doc[: error.pos]
    if error.msg == "Extra data" and "\n" in before[len(before.rstrip()) :]:
        return f"{text}, in a new line (see bodyFormat: json-lines)"
    return text


def _depth(text: str) -> int:
    """Return how deep brackets outside of strings stand inside each other, as fast as the parser reads.

    A backslash outside of a string, at which the parser stops, may hide what stands behind it.
    """
    plain = _ESCAPED.sub("", text) if "\\" in text else text
    outside = "".join(plain.split('"')[::2]).encode()
    steps = outside.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, steps)), default=0)


def _check_depth(text: str) -> None:
    """Raise Rejection if the text is nested too deep for the parser.

    The parser itself would raise RecursionError or not, as the stack happens to be.
    """
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[1]:
            depth += 1
        elif match[0][0] != '"':
            depth -= 1
        if depth > MAX_DEPTH:
            place = match.start() + 1
            raise Rejection(TOO_DEEP, f"nested more than {MAX_DEPTH} deep at character {place}")


def _check_surrogates(value: Any, text: str) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        places = [match.start() + 1 for match in _ESCAPES.finditer(text) if match[1]]
        raise Rejection(BAD_UTF8, f"half of a surrogate pair at character {places[0]}") from None


def _place(text: str, token: str) -> int:
    return next(match.start() + 1 for match in _NUMBERS.finditer(text) if match[1] == token)
