import pytest
from forwarder.errors import Rejection
from forwarder.sources.base64_text import decode_base64


@pytest.mark.parametrize("text", ["e30", "e30=\n", "e3 0=", "=e30", "e30-", "é30=", "e30=e30="])
def test_bad_base64_is_rejected(text: str) -> None:
    with pytest.raises(Rejection, match="BadBase64"):
        decode_base64(text)


def test_base64_is_decoded() -> None:
    assert decode_base64("e30=") == b"{}"
    assert decode_base64("") == b""
