"""Targets that fail by a schedule: the real server behind the real client, or only a function."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple, Protocol

from forwarder.delivery.delivery_io import Send
from local import faults
from tests.support.forwarder.function import INPUTS
from tests.support.forwarder.troubles import REFUSED, TROUBLES, EntryTrouble, Schedule, Trouble

Entries = list[dict[str, Any]]


class Stored(NamedTuple):
    """Message that the target has."""

    id: str
    input: str
    payload: bytes


@dataclass(slots=True, eq=False)
class Call:
    """Call as a thread of the forwarder made it; `result` is None while it is under way."""

    ids: tuple[str, ...]
    beside: tuple[str, ...]
    """The ids of the messages that were under way when it began."""
    inputs: tuple[str, ...]
    result: Any = None


class Target(Protocol):
    """Receiver of BatchPutMessage calls."""

    def send(self, messages: Entries) -> Any:
        """Make a BatchPutMessage call."""

    def stored(self) -> list[Stored]:
        """Return the messages that it has, in the order of acceptance."""

    def prepare(self, schedule: Schedule) -> None:
        """Forget everything and fail by this schedule."""


@dataclass(slots=True)
class Log:
    """Passes calls on and keeps them in the order in which they began."""

    send_on: Send
    calls: list[Call] = field(default_factory=list)
    _under_way: list[Call] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def send(self, messages: Entries) -> Any:
        ids = tuple(entry["messageId"] for entry in messages)
        with self._lock:
            beside = tuple(id for call in self._under_way for id in call.ids)
            call = Call(ids, beside, tuple(entry["inputName"] for entry in messages))
            self.calls.append(call)
            self._under_way.append(call)
        try:
            call.result = self.send_on(messages)
        except Exception as error:
            call.result = error
            raise
        finally:
            with self._lock:
                self._under_way.remove(call)
        return call.result

    @property
    def sent(self) -> Counter[str]:
        """Return how often each message was sent."""
        return Counter(id for call in self.calls for id in call.ids)


class PlainTarget:
    """Target in the forwarder's own process: thousands of calls a second."""

    def __init__(self) -> None:
        self.prepare(Schedule())

    def prepare(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._lock = Lock()
        self._number = 0
        self._stored: dict[tuple[str, str], Stored] = {}
        self._times = [trouble.times for trouble in schedule.entries]

    def stored(self) -> list[Stored]:
        return list(self._stored.values())

    def send(self, messages: Entries) -> Any:
        with self._lock:
            trouble = self._trouble({entry["messageId"] for entry in messages})
            response = None if trouble and not trouble.stored else self._take(messages)
        return trouble.answer(response) if trouble else response

    def _trouble(self, ids: set[str]) -> Trouble | None:
        number, self._number = self._number, self._number + 1
        planned = self._schedule.calls[number] if number < len(self._schedule.calls) else None
        if planned:
            return TROUBLES[planned]
        return REFUSED["refused"] if ids & set(self._schedule.poison) else None

    def _take(self, messages: Entries) -> dict[str, Any]:
        return {"BatchPutMessageErrorEntries": [error for entry in messages for error in self._put(entry)]}

    def _put(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        stored = Stored(message["messageId"], message["inputName"], message["payload"])
        trouble = self._entry_trouble(stored.id)
        if trouble is None or trouble.stored:
            if stored.input not in INPUTS:
                return [_error(stored.id, "ResourceNotFoundException")]
            self._stored.setdefault((stored.id, stored.input), stored)
        return [] if trouble is None else [_error(stored.id, trouble.code)]

    def _entry_trouble(self, id: str) -> EntryTrouble | None:
        for number, trouble in enumerate(self._schedule.entries):
            times = self._times[number]
            if trouble.message_id == id and times != 0:
                self._times[number] = None if times is None else times - 1
                return trouble
        return None


class HttpTarget:
    """Target that is the real server, called by the real client."""

    def __init__(self, endpoint: faults.FaultyEndpoint, send: Send) -> None:
        self._endpoint = endpoint
        self.send = send

    def prepare(self, schedule: Schedule) -> None:
        self._endpoint.reset()
        self._endpoint.plan([TROUBLES[name].fault if name else None for name in schedule.calls])
        for id in schedule.poison:
            self._endpoint.fail(faults.refused(), message=id)
        for trouble in schedule.entries:
            self._endpoint.fail_entry(
                trouble.code, message=trouble.message_id, times=trouble.times, stored=trouble.stored
            )

    def stored(self) -> list[Stored]:
        return [
            Stored(message.key.message_id, message.key.input_name, message.payload.encode())
            for message in self._endpoint.accepted()
        ]


def refused_ids(calls: Sequence[Call]) -> set[str]:
    """Return the ids of the messages that the target refused for good, by the raw answers."""
    refused: set[str] = set()
    for call in calls:
        if _code(call.result) == "InvalidRequestException" and len(call.ids) == 1:
            refused |= set(call.ids)
        refused |= {entry["messageId"] for entry in _error_entries(call, "InvalidRequestException")}
    return refused


def unknown_inputs(calls: Sequence[Call]) -> set[str]:
    """Return the inputs that the target does not know, by the raw answers."""
    named = {
        entry["messageId"] for call in calls for entry in _error_entries(call, "ResourceNotFoundException")
    }
    return {input for call in calls for id, input in zip(call.ids, call.inputs, strict=True) if id in named}


def whole_refusals(calls: Sequence[Call]) -> Counter[str]:
    """Return for each message how many of its calls were refused as a whole."""
    return Counter(id for call in calls if _code(call.result) == "InvalidRequestException" for id in call.ids)


def _error_entries(call: Call, code: str) -> list[dict[str, Any]]:
    if not isinstance(call.result, dict):
        return []
    entries = call.result.get("BatchPutMessageErrorEntries") or []
    return [
        entry for entry in entries if entry.get("errorCode") == code and entry.get("messageId") in call.ids
    ]


def _code(result: Any) -> str | None:
    response = getattr(result, "response", None)
    return response["Error"].get("Code") if response else None


def _error(id: str, code: str | None) -> dict[str, Any]:
    known = {"messageId": id, "errorCode": code, "errorMessage": "on purpose"}
    return {name: value for name, value in known.items() if value is not None}
