"""Opener of what is packed within a body: JSON as text, base64, gzip; for the functions of expressions.

The names are those of Powertools for AWS Lambda ("JMESPath Functions"). Its own take NaN, which is no JSON,
and inflate without a bound; these read strictly, and one record opens no more than the cap in all.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from forwarder.decoding import strict_json
from forwarder.decoding.body import gunzip
from forwarder.errors import Rejection
from forwarder.reasons import BAD_UTF8, TOO_LARGE
from forwarder.sources.base64_text import decode_base64

T = TypeVar("T")


class Opener:
    """Opener for one record: opens each text once, and no more than `cap` bytes in all.

    `opened` bytes of them are used up: those to which the record's body was decompressed.
    """

    def __init__(self, cap: int, opened: int = 0) -> None:
        self._cap = cap
        self._room = cap - opened
        self._opened: dict[tuple[str, str], Any] = {}

    def json(self, text: str) -> Any:
        """Return the value of JSON text; raises Rejection."""
        return self._once("powertools_json", text, lambda: strict_json.parse(self._counted(_encoded(text))))

    def base64(self, text: str) -> str:
        """Return the text that base64 holds; raises Rejection."""
        return str(
            self._once(
                "powertools_base64", text, lambda: _decoded(self._counted(decode_base64(text.encode())))
            )
        )

    def base64_gzip(self, text: str) -> str:
        """Return the text that gzip data in base64 hold; raises Rejection."""
        return str(self._once("powertools_base64_gzip", text, lambda: _decoded(self._gunzipped(text))))

    def _once(self, function: str, text: str, read: Callable[[], Any]) -> Any:
        """Return what was read before of a text, else read it; raises Rejection, the same each time."""
        key = (function, text)
        if key not in self._opened:
            try:
                self._opened[key] = read()
            except Rejection as error:
                self._opened[key] = Rejection(error.reason.code, f"{function}(): {error.reason.text}")
        value = self._opened[key]
        if isinstance(value, Rejection):
            raise value
        return value

    def _gunzipped(self, text: str) -> bytes:
        try:
            return self._counted(gunzip(decode_base64(text.encode()), self._room))
        except Rejection as error:
            if error.reason.code != TOO_LARGE:
                raise
            raise self._too_large() from None

    def _counted(self, data: bytes) -> bytes:
        if len(data) > self._room:
            raise self._too_large()
        self._room -= len(data)
        return data

    def _too_large(self) -> Rejection:
        text = f"what the record opens in all has more than {self._cap} bytes (maxDecompressedBytes)"
        return Rejection(TOO_LARGE, text)


class OpenerOfConditions:
    """Opener that gives null for what cannot be opened: a condition on it does not hold."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    def json(self, text: str) -> Any:
        """Return the value of JSON text, or None."""
        return _or_none(self._opener.json, text)

    def base64(self, text: str) -> str | None:
        """Return the text that base64 holds, or None."""
        return _or_none(self._opener.base64, text)

    def base64_gzip(self, text: str) -> str | None:
        """Return the text that gzip data in base64 hold, or None."""
        return _or_none(self._opener.base64_gzip, text)


def _or_none(read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text)
    except Rejection:
        return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Rejection(BAD_UTF8, "the text has half of a surrogate pair") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Rejection(BAD_UTF8, f"not UTF-8 at byte {error.start + 1}: {error.reason}") from None
