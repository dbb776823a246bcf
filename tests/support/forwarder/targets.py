"""Targets that fail by a schedule: the real server behind the real client, or only a function."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple, Protocol

from forwarder.delivery.delivery import Send
from local import faults
from tests.support.forwarder.function import INPUTS
from tests.support.forwarder.troubles import REFUSED, TROUBLES, EntryTrouble, Schedule, Trouble

Entries = list[dict[str, Any]]


class Stored(NamedTuple):
    """A message that the target has."""

    id: str
    input: str
    payload: bytes


@dataclass(slots=True, eq=False)
class Call:
    """A call as the forwarder's threads made it; `result` is None while it is under way."""

    ids: tuple[str, ...]
    beside: tuple[str, ...]
    """The ids of the messages that were under way when it began."""
    inputs: tuple[str, ...]
    result: Any = None


class Target(Protocol):
    """Where messages go."""

    def send(self, messages: Entries) -> Any:
        """Make a BatchPutMessage call."""

    def stored(self) -> list[Stored]:
        """What it has, in the order of acceptance."""

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
        ids = tuple(one["messageId"] for one in messages)
        with self._lock:
            beside = tuple(id for call in self._under_way for id in call.ids)
            call = Call(ids, beside, tuple(one["inputName"] for one in messages))
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
        """How often each message was sent."""
        return Counter(id for call in self.calls for id in call.ids)


class PlainTarget:
    """A target in the forwarder's own process: thousands of calls a second."""

    def __init__(self) -> None:
        self.prepare(Schedule())

    def prepare(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._lock = Lock()
        self._number = 0
        self._stored: dict[tuple[str, str], Stored] = {}
        self._times = [one.times for one in schedule.entries]

    def stored(self) -> list[Stored]:
        return list(self._stored.values())

    def send(self, messages: Entries) -> Any:
        with self._lock:
            trouble = self._trouble({one["messageId"] for one in messages})
            response = None if trouble and not trouble.stored else self._take(messages)
        return trouble.answer(response) if trouble else response

    def _trouble(self, ids: set[str]) -> Trouble | None:
        number, self._number = self._number, self._number + 1
        planned = self._schedule.calls[number] if number < len(self._schedule.calls) else None
        if planned:
            return TROUBLES[planned]
        return REFUSED["refused"] if ids & set(self._schedule.poison) else None

    def _take(self, messages: Entries) -> dict[str, Any]:
        return {"BatchPutMessageErrorEntries": [entry for one in messages for entry in self._put(one)]}

    def _put(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        one = Stored(message["messageId"], message["inputName"], message["payload"])
        entry = self._entry(one.id)
        if entry is None or entry.stored:
            if one.input not in INPUTS:
                return [_error(one.id, "ResourceNotFoundException")]
            self._stored.setdefault((one.id, one.input), one)
        return [] if entry is None else [_error(one.id, entry.code)]

    def _entry(self, id: str) -> EntryTrouble | None:
        for number, one in enumerate(self._schedule.entries):
            times = self._times[number]
            if one.message_id == id and times != 0:
                self._times[number] = None if times is None else times - 1
                return one
        return None


class HttpTarget:
    """The real server, called by the real client."""

    def __init__(self, endpoint: faults.FaultyEndpoint, send: Send) -> None:
        self._endpoint = endpoint
        self.send = send

    def prepare(self, schedule: Schedule) -> None:
        self._endpoint.reset()
        self._endpoint.plan([TROUBLES[name].fault if name else None for name in schedule.calls])
        for id in schedule.poison:
            self._endpoint.fail(faults.refused(), message=id)
        for one in schedule.entries:
            self._endpoint.fail_entry(one.code, message=one.message_id, times=one.times, stored=one.stored)

    def stored(self) -> list[Stored]:
        return [
            Stored(one.key.message_id, one.key.input_name, one.payload.encode())
            for one in self._endpoint.accepted()
        ]


def refused_ids(calls: Sequence[Call]) -> set[str]:
    """The ids of the messages that the target refused for good, by the raw answers."""
    refused: set[str] = set()
    for call in calls:
        if _code(call.result) == "InvalidRequestException" and len(call.ids) == 1:
            refused |= set(call.ids)
        refused |= {entry["messageId"] for entry in _sound(call, "InvalidRequestException")}
    return refused


def unknown_inputs(calls: Sequence[Call]) -> set[str]:
    """The inputs that the target said it does not know."""
    named = {entry["messageId"] for call in calls for entry in _sound(call, "ResourceNotFoundException")}
    return {input for call in calls for id, input in zip(call.ids, call.inputs, strict=True) if id in named}


def whole_refusals(calls: Sequence[Call]) -> Counter[str]:
    """How often a call with a message was refused because of one of them."""
    return Counter(id for call in calls if _code(call.result) == "InvalidRequestException" for id in call.ids)


def _sound(call: Call, code: str) -> list[dict[str, Any]]:
    if not isinstance(call.result, dict):
        return []
    entries = call.result.get("BatchPutMessageErrorEntries") or []
    return [one for one in entries if one.get("errorCode") == code and one.get("messageId") in call.ids]


def _code(result: Any) -> str | None:
    response = getattr(result, "response", None)
    return response["Error"].get("Code") if response else None


def _error(id: str, code: str | None) -> dict[str, Any]:
    known = {"messageId": id, "errorCode": code, "errorMessage": "on purpose"}
    return {name: value for name, value in known.items() if value is not None}
