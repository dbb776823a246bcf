"""Base64 text to bytes."""

import binascii

from forwarder.errors import Rejection
from forwarder.reasons import BAD_BASE64


def decode_base64(text: bytes | str) -> bytes:
    """Return the bytes of base64 text (RFC 4648, padded, nothing between); raises Rejection."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Rejection(BAD_BASE64, f"not base64: {error}") from None
