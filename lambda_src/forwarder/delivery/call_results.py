"""Classification of BatchPutMessage calls: what a response, or the lack of it, means for the messages.

A message counts as accepted only if a valid response does not name it. The codes are those of the API
reference (BatchPutMessage, "Errors" and BatchPutMessageErrorEntry).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError
from iotevents_client import CONFIGURATION_FAULTS

from forwarder.reasons import NO_REASON, Reason

RawResult = Mapping[str, Any] | Exception
"""The parsed response of the client, or what it raised."""

INVALID_REQUEST = "InvalidRequestException"
UNKNOWN_INPUT = "ResourceNotFoundException"
_THROTTLING = {
    "ThrottlingException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
}


class CallStatus(Enum):
    """Result of a whole call."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """As InvalidRequestException: one of its messages is at fault."""
    THROTTLED = "throttled"
    FAILED = "failed"
    """The service failed or no valid response came: it may or may not have taken the messages."""
    MISCONFIGURED = "misconfigured"
    """Credentials, permissions, the address: no message is at fault, and no other call would fare better."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """Meaning of a call; if it was ANSWERED, `errors` holds the reasons of failed messages by their ids."""

    status: CallStatus
    reason: Reason = NO_REASON
    errors: Mapping[str, Reason] = field(default_factory=dict)

    @property
    def throttled(self) -> bool:
        """Return whether the target asked to slow down, for the call or for one of its messages."""
        return self.status is CallStatus.THROTTLED or any(
            is_throttling(reason.code) for reason in self.errors.values()
        )


def classify(ids: Collection[str], raw: RawResult) -> CallResult:
    """Return what the raw result of a call with the messages `ids` means."""
    if isinstance(raw, ClientError):
        return _classify_error(raw)
    if isinstance(raw, CONFIGURATION_FAULTS):
        return CallResult(CallStatus.MISCONFIGURED, Reason(type(raw).__name__, str(raw)))
    if isinstance(raw, Exception):
        return CallResult(CallStatus.FAILED, Reason(type(raw).__name__, str(raw)))
    return _classify_entries(ids, raw.get("BatchPutMessageErrorEntries") or [])


def is_throttling(code: str) -> bool:
    """Return whether an error code asks to slow down."""
    return code in _THROTTLING


def _classify_error(error: ClientError) -> CallResult:
    code = str(error.response.get("Error", {}).get("Code", ""))
    text = str(error.response.get("Error", {}).get("Message", "")) or str(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return CallResult(_status_of_error(code, status), Reason(code, f"HTTP {status}: {text}"))


def _status_of_error(code: str, status: int) -> CallStatus:
    if status == 429 or is_throttling(code):
        return CallStatus.THROTTLED
    if status >= 500:
        return CallStatus.FAILED
    if code == INVALID_REQUEST:
        return CallStatus.REFUSED
    return CallStatus.MISCONFIGURED


def _classify_entries(ids: Collection[str], entries: list[Mapping[str, Any]]) -> CallResult:
    errors = {
        str(entry.get("messageId")): Reason(str(entry.get("errorCode")), str(entry.get("errorMessage", "")))
        for entry in entries
    }
    if not errors.keys() <= set(ids) or len(errors) < len(entries):
        named = ", ".join(sorted(errors))
        text = f"the answer does not fit the call: it names {named}"
        return CallResult(CallStatus.FAILED, Reason("ForeignEntry", text))
    return CallResult(CallStatus.ANSWERED, errors=errors)
