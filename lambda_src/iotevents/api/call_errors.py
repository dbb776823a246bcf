"""The one table from our errors to those of whole calls: AWS's code and HTTP status.

Source: the errors of each operation, and
https://docs.aws.amazon.com/iotevents/latest/apireference/CommonErrors.html
"""

from dataclasses import dataclass

from iotevents.errors import IotEventsError, NotFoundError, RequestError, StoreCorruptError, StoreError
from iotevents.runtime.outcomes import Refusal


def entry_error(refusal: Refusal) -> dict[str, str]:
    """The code and the text of an error entry."""
    return {"errorCode": refusal.code, "errorMessage": refusal.reason}


class UnknownOperationError(IotEventsError):
    """No operation has this method and path."""


class UnsupportedOperationError(IotEventsError):
    """AWS has this operation; this server does not have it yet."""


class BodyTooLargeError(IotEventsError):
    """The body is larger than any call that could be taken."""


@dataclass(frozen=True, slots=True)
class CallError:
    """The error of a call: AWS's code, the HTTP status, the text."""

    code: str
    status: int
    text: str


_CODES: tuple[tuple[type[IotEventsError], str, int], ...] = (
    (RequestError, "InvalidRequestException", 400),
    (NotFoundError, "ResourceNotFoundException", 404),
    (UnknownOperationError, "UnknownOperationException", 404),
    (BodyTooLargeError, "RequestEntityTooLargeException", 413),
    (StoreCorruptError, "InternalFailureException", 500),
    (UnsupportedOperationError, "UnsupportedOperationException", 501),
    (StoreError, "ServiceUnavailableException", 503),
)
"""The first row that fits."""


def call_error(error: IotEventsError) -> CallError:
    """What a caller is told of the error."""
    for kind, code, status in _CODES:
        if isinstance(error, kind):
            return CallError(code, status, str(error))
    return INTERNAL_FAILURE


INTERNAL_FAILURE = CallError("InternalFailureException", 500, "The server failed; its log says why")
