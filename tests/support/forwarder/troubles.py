"""What can go wrong with calls: once for the real server, once for a target that is only a function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import sleep
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from iotevents_client import DoubtfulAnswerError

from local import faults

Answer = Mapping[str, Any]
SLOWNESS = 0.004
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Way in which a call fails: the fault of the server, and its result in the client.

    `answer` returns or raises what the client would; it is given the server's own answer if the messages are
    `stored`, or None.
    """

    fault: faults.Fault
    answer: Callable[[Answer | None], Answer]
    stored: bool = False


Make = Callable[[Answer | None], Answer]


def _raising(error: Exception) -> Make:
    def answer(_: Answer | None) -> Answer:
        raise error

    return answer


def _status(status: int, code: str) -> Make:
    known = {"Error": {"Code": code, "Message": "on purpose"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return _raising(ClientError(known, "BatchPutMessage"))


def _late(answer: Answer | None) -> Answer:
    assert answer is not None
    sleep(SLOWNESS)
    return answer


def _foreign(_: Answer | None) -> Answer:
    return {"BatchPutMessageErrorEntries": [_FOREIGN]}


_FOREIGN = {"messageId": "not-of-this-call", "errorCode": "InvalidRequestException", "errorMessage": "whose?"}
_ODD = _raising(DoubtfulAnswerError("BatchPutMessage", 200, "text/html", b"<html>", "it is odd"))
_CLOSED = _raising(ConnectionClosedError(endpoint_url="http://target"))


def _stored_or_not(name: str, make: Callable[..., faults.Fault], answer: Make) -> dict[str, Trouble]:
    return {
        name: Trouble(make(stored=False), answer),
        f"{name}, stored": Trouble(make(stored=True), answer, stored=True),
    }


def _odd_body(kind: str) -> Callable[..., faults.Fault]:
    return lambda *, stored: faults.odd_body(kind, stored=stored)


PASSING: dict[str, Trouble] = {
    "throttled": Trouble(faults.throttled(), _status(429, "ThrottlingException")),
    "slow": Trouble(faults.slow(SLOWNESS, stored=True), _late, stored=True),
    "slow, throttled": Trouble(
        faults.slow(SLOWNESS, then=faults.throttled()), _status(429, "ThrottlingException")
    ),
    "cut": Trouble(faults.cut(), _raising(ReadTimeoutError(endpoint_url="http://target")), stored=True),
    **_stored_or_not("unavailable", faults.unavailable, _status(503, "ServiceUnavailableException")),
    **_stored_or_not("failed", faults.failed, _status(500, "InternalFailureException")),
    **_stored_or_not("reset", faults.reset, _CLOSED),
    **_stored_or_not("foreign", faults.foreign_entry, _foreign),
    **{
        name: trouble
        for kind in faults.ODD_BODIES
        for name, trouble in _stored_or_not(f"body {kind}", _odd_body(kind), _ODD).items()
    },
}
"""Failures that say nothing about the messages, and answers that are only late or odd."""

REFUSED = {"refused": Trouble(faults.refused(), _status(400, "InvalidRequestException"))}
MISCONFIGURED = {
    "forbidden": Trouble(faults.forbidden(), _status(403, "AccessDeniedException")),
    "bare 400": Trouble(faults.bare_400(), _status(400, "")),
    "gone": Trouble(
        faults.error(404, "UnknownOperationException"), _status(404, "UnknownOperationException")
    ),
}
TROUBLES: Mapping[str, Trouble] = PASSING | REFUSED | MISCONFIGURED


@dataclass(frozen=True, slots=True)
class EntryTrouble:
    """Error entry that a message gets, some `times` (None: always)."""

    message_id: str
    code: str | None
    times: int | None
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """Faults of an invocation: of calls by their number, of the calls with some messages, of messages."""

    calls: tuple[str | None, ...] = ()
    """Names of TROUBLES; None is a call without trouble, as are all after the last."""
    poison: tuple[str, ...] = ()
    """Ids of messages for which a whole call is refused as InvalidRequestException."""
    entries: tuple[EntryTrouble, ...] = ()
