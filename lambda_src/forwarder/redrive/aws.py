"""AWS clients of a command, with long timeouts and the SDK's own retries."""

from typing import Any

import iotevents_client
from botocore.config import Config as ClientConfig
from botocore.exceptions import ClientError
from iotevents_client import CONFIGURATION_FAULTS

from forwarder.errors import RedriveError

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 30
ATTEMPTS = 3

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
"""Error codes that every call with the same credentials will get."""


def make_client(service: str, region: str | None) -> Any:
    """Return a boto3 client; raises RedriveError if there is no region, or the settings are wrong."""
    settings = ClientConfig(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    )
    try:
        return iotevents_client.session().client(service, region_name=region, config=settings)
    except CONFIGURATION_FAULTS as error:
        raise RedriveError(f"{service} cannot be called: {error}") from error


def is_permanent(error: Exception) -> bool:
    """Return whether every other call would fail with this error too."""
    if isinstance(error, RedriveError):
        return True
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") in _DENIED
    return isinstance(error, CONFIGURATION_FAULTS)


def error_text(error: Exception) -> str:
    """Return the text of an error, with the name of its class unless the text has it."""
    return str(error) if isinstance(error, ClientError | RedriveError) else f"{type(error).__name__}: {error}"
