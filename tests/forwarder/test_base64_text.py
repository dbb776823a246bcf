import pytest
from forwarder.errors import Rejection
from forwarder.sources.base64_text import decode_base64


@pytest.mark.parametrize("text", ["e30", "e30\n", "=e30", "=\n", "e30-", "é30=", "e30=e30="])
def test_bad_base64_is_rejected(text: str) -> None:
    with pytest.raises(Rejection, match="BadBase64"):
        decode_base64(text)


def test_base64_is_decoded() -> None:
    assert decode_base64("e30=") == b"{}"
    assert decode_base64("") == b""


@pytest.mark.parametrize("text", ["e30=\n", "e3 0=", "\r\ne3\r\n0=\t", b"e30\n="])
def test_base64_in_lines_is_decoded(text: str | bytes) -> None:
    assert decode_base64(text) == b"{}"
    assert decode_base64("\n ") == b""
