"""Base64 text to bytes."""

import binascii

from forwarder.errors import Rejection
from forwarder.reasons import BAD_BASE64


def decode_base64(text: bytes | str) -> bytes:
    """Return the bytes of base64 text (RFC 4648, padded), which may be in lines; raises Rejection."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        joined = _joined(text)
        if joined is not None:
            return decode_base64(joined)
        raise Rejection(BAD_BASE64, f"not base64: {error}") from None


def _joined(text: bytes | str) -> bytes | None:
    """Return the text without the white space of tools and MIME (RFC 2045); None if it has none."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    joined = data.translate(None, b" \t\r\n")
    return joined if len(joined) < len(data) else None
