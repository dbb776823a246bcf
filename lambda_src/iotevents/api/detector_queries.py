"""DescribeDetector and ListDetectors: from parameters to documents.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_DescribeDetector.html,
API_iotevents-data_ListDetectors.html
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from iotevents.api.constraints import Member, integer, text, violation, violations
from iotevents.engine.detector import Detector, DetectorId
from iotevents.errors import RequestError
from iotevents.service.service import Service

MAX_PAGE_SIZE: Final = 250
"""Detectors on a page: the maximum, and the default."""

_MODEL = Member("detectorModelName", text(1, 128, "[a-zA-Z0-9_-]+"))
_DESCRIBE = (_MODEL, Member("keyValue", text(1, 128, r"[a-zA-Z0-9\-_:]+"), required=False))
_LIST = (
    _MODEL,
    Member("stateName", text(1, 128, "(?s:.)*"), required=False),
    Member("maxResults", integer(1, MAX_PAGE_SIZE), required=False),
    Member("nextToken", text(1, 1024, "(?s:.)*"), required=False),
)


def describe_detector(service: Service, parameters: Mapping[str, str], now: int) -> dict[str, Any]:
    """Return the document of a detector. Raise RequestError, NotFoundError."""
    _check(_DESCRIBE, dict(parameters))
    model = parameters["detectorModelName"]
    detector = service.describe(DetectorId(model, parameters.get("keyValue")))
    time = service.time(now)
    state = {
        "stateName": detector.state,
        "variables": [
            {"name": name, "value": json.dumps(value, ensure_ascii=False)}
            for name, value in detector.variables.items()
        ],
        # Whole seconds, and no timer that has run out: it may not have fired yet.
        "timers": [
            {"name": name, "timestamp": float(deadline // 1000)}
            for name, deadline in detector.timers.items()
            if deadline > time
        ],
    }
    return {"detector": {**_summary(service, model, detector), "state": state}}


def list_detectors(service: Service, parameters: Mapping[str, str], now: int) -> dict[str, Any]:
    """Return a page of the detectors of a model, in the order of their keys.

    Raise RequestError, NotFoundError.
    """
    request: dict[str, Any] = dict(parameters)
    digits = request.get("maxResults", "")
    # The length comes first: Python refuses to convert thousands of digits.
    if len(digits) < 10 and digits.isdecimal():
        request["maxResults"] = int(digits)
    _check(_LIST, request)
    model, size = request["detectorModelName"], request.get("maxResults", MAX_PAGE_SIZE)
    detectors = service.list_detectors(
        model, state=request.get("stateName"), after=_after(request.get("nextToken")), limit=size + 1
    )
    page = detectors[:size]
    summaries = [
        {**_summary(service, model, detector), "state": {"stateName": detector.state}} for detector in page
    ]
    more = {"nextToken": _token(page[-1])} if len(detectors) > size else {}
    return {"detectorSummaries": summaries, **more}


def _summary(service: Service, model: str, detector: Detector) -> dict[str, Any]:
    key = {} if detector.key is None else {"keyValue": detector.key}
    return {
        "detectorModelName": model,
        **key,
        "detectorModelVersion": service.version_of(model),
        "creationTime": detector.created / 1000,
        "lastUpdateTime": detector.updated / 1000,
    }


def _check(members: tuple[Member, ...], parameters: dict[str, Any]) -> None:
    if texts := violations(members, parameters):
        raise RequestError(texts)


def _token(last: Detector) -> str:
    return urlsafe_b64encode(f"after {last.key or ''}".encode()).decode()


def _after(token: str | None) -> str | None:
    if token is None:
        return None
    try:
        text = urlsafe_b64decode(token.encode()).decode()
    except ValueError:
        text = ""
    if not text.startswith("after "):
        raise RequestError([violation(token, "nextToken", "Member must be a token of an earlier answer")])
    return text.removeprefix("after ")
