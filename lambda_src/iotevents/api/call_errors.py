"""The tables from errors and refusals to what a caller gets: AWS's codes, HTTP statuses, error entries.

Source: the errors of each operation, and
https://docs.aws.amazon.com/iotevents/latest/apireference/CommonErrors.html
"""

from dataclasses import dataclass
from typing import Final

from iotevents.errors import IotEventsError, NotFoundError, RequestError, StoreCorruptError, StoreError
from iotevents.runtime.outcomes import Refusal


class UnknownOperationError(IotEventsError):
    """No operation has this method and path."""


class UnsupportedOperationError(IotEventsError):
    """AWS has this operation; this server does not have it yet."""


class BodyTooLargeError(IotEventsError):
    """The body is larger than any call that could be accepted."""


@dataclass(frozen=True, slots=True)
class CallError:
    """The error of a call: AWS's code, the HTTP status, the text."""

    code: str
    status: int
    text: str


INTERNAL_FAILURE: Final = CallError("InternalFailureException", 500, "The server failed; its log says why")

_CODES: tuple[tuple[type[IotEventsError], str, int], ...] = (
    (RequestError, "InvalidRequestException", 400),
    (NotFoundError, "ResourceNotFoundException", 404),
    (UnknownOperationError, "UnknownOperationException", 404),
    (BodyTooLargeError, "RequestEntityTooLargeException", 413),
    (StoreCorruptError, "InternalFailureException", 500),
    (UnsupportedOperationError, "UnsupportedOperationException", 501),
    (StoreError, "ServiceUnavailableException", 503),
)
"""The first row whose class fits counts."""


def call_error(error: IotEventsError) -> CallError:
    """Return the error of the whole call that an exception becomes."""
    for kind, code, status in _CODES:
        if isinstance(error, kind):
            return CallError(code, status, str(error))
    return INTERNAL_FAILURE


def entry_error(refusal: Refusal) -> dict[str, str]:
    """Return the code and the text of the error entry that a refusal becomes."""
    return {"errorCode": refusal.code, "errorMessage": refusal.reason}
