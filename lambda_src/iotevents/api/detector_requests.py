"""BatchUpdateDetector and BatchDeleteDetector: from the request's document to its entries.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_BatchUpdateDetector.html,
API_iotevents-data_BatchDeleteDetector.html
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from iotevents.api.constraints import Member, integer, structure, text, violation, violations
from iotevents.engine import DetectorUpdate
from iotevents.engine.detector import DetectorId
from iotevents.errors import RequestError

Check: TypeAlias = Callable[[Any, str], Iterator[str]]

MAX_VARIABLES: Final = 50
"""Variables of one detector, at most. Source: https://docs.aws.amazon.com/general/latest/gr/iot-events.html"""


@dataclass(frozen=True, slots=True)
class DetectorRequest:
    """An entry of a batch: its id and its detector; `update` is None in a BatchDeleteDetector."""

    message_id: str
    detector_id: DetectorId
    update: DetectorUpdate | None = None


_TARGET: Final = (
    Member("messageId", text(1, 64, "[a-zA-Z0-9_-]+")),
    Member("detectorModelName", text(1, 128, "[a-zA-Z0-9_-]+")),
    Member("keyValue", text(1, 128, r"[a-zA-Z0-9\-_:]+"), required=False),
)
_VARIABLE: Final = (
    Member("name", text(1, 128, "[a-zA-Z][a-zA-Z0-9_]*")),
    Member("value", text(1, 1024, "(?s:.)*")),
)
_TIMER: Final = (Member("name", text(1, 128, "(?s:.)*")), Member("seconds", integer(-(2**31), 2**31 - 1)))


def read_updates(document: Any) -> list[DetectorRequest]:
    """Return the entries of a BatchUpdateDetector request. Raise RequestError with all violations."""
    texts = list(_entries_violations(document, _update_violations))
    if texts:
        raise RequestError(texts)
    return [_update(entry) for entry in document["detectors"]]


def read_deletions(document: Any) -> list[DetectorRequest]:
    """Return the entries of a BatchDeleteDetector request. Raise RequestError with all violations."""
    texts = list(_entries_violations(document, _deletion_violations))
    if texts:
        raise RequestError(texts)
    return [DetectorRequest(entry["messageId"], _detector(entry)) for entry in document["detectors"]]


def _detector(entry: dict[str, Any]) -> DetectorId:
    return DetectorId(entry["detectorModelName"], entry.get("keyValue"))


def _update(entry: dict[str, Any]) -> DetectorRequest:
    state = entry["state"]
    variables = tuple((variable["name"], variable["value"]) for variable in state["variables"])
    timers = tuple((timer["name"], timer["seconds"]) for timer in state["timers"])
    return DetectorRequest(
        entry["messageId"], _detector(entry), DetectorUpdate(state["stateName"], variables, timers)
    )


def _entries_violations(document: Any, check: Check) -> Iterator[str]:
    entries = document.get("detectors") if isinstance(document, dict) else None
    if not isinstance(document, dict):
        yield violation(document, "body", "Member must be an object")
    elif not isinstance(entries, list):
        yield violation(
            entries, "detectors", "Member must not be null" if entries is None else "Member must be a list"
        )
    elif not entries:
        yield violation([], "detectors", "Member must have length greater than or equal to 1")
    else:
        for position, entry in enumerate(entries, start=1):
            yield from check(entry, f"detectors.{position}.member")
        yield from _repeated(entries)


def _repeated(entries: list[Any]) -> Iterator[str]:
    ids = Counter(str(entry.get("messageId")) for entry in entries if isinstance(entry, dict))
    for message_id, count in ids.items():
        if count > 1:
            yield violation(message_id, "detectors", "Member messageId must be unique in the call")


def _deletion_violations(entry: Any, path: str) -> Iterator[str]:
    yield from violations(_TARGET, entry, path)


def _update_violations(entry: Any, path: str) -> Iterator[str]:
    yield from violations((*_TARGET, Member("state", structure)), entry, path)
    if isinstance(entry, dict) and isinstance(entry.get("state"), dict):
        yield from _state_violations(entry["state"], f"{path}.state")


def _state_violations(state: dict[str, Any], path: str) -> Iterator[str]:
    yield from violations((Member("stateName", text(1, 128, "(?s:.)*")),), state, path)
    for name, members in (("variables", _VARIABLE), ("timers", _TIMER)):
        entries = state.get(name)
        if not isinstance(entries, list):
            constraint = "Member must not be null" if entries is None else "Member must be a list"
            yield violation(entries, f"{path}.{name}", constraint)
            continue
        for position, entry in enumerate(entries, start=1):
            yield from violations(members, entry, f"{path}.{name}.{position}.member")
    if isinstance(variables := state.get("variables"), list) and len(variables) > MAX_VARIABLES:
        yield f"Number of variables in the detector exceeds the limit {MAX_VARIABLES}"
