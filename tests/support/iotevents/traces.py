"""Traces: what callers send to inputs and models, call by call, and when."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, NamedTuple
from zlib import crc32

from iotevents.deduplication import DEDUP_WINDOW_MS
from iotevents.recordings.messages_file import MessageLine, OperationLine, parse_line
from tests.support.detectors.worlds import world
from tests.support.iotevents.calls import message
from tests.support.iotevents.live_models import input_document

Json = dict[str, Any]
ENTRIES: Final = {
    "BatchPutMessage": "messages",
    "BatchUpdateDetector": "detectors",
    "BatchDeleteDetector": "detectors",
}
"""Where the documents of the operations have their entries."""
WALL: Final = 1_800_000_000_000
"""This machine's clock when the messages tell the time: theirs is of another year."""
WRONG_PAYLOADS = [
    b"[",
    b"{}}",
    b"\xff",
    b'{"n": 1e999}',
    b'{"n": NaN}',
    b'{"id": "k1", "n": ' + b"9" * 1024 + b"}",
]
NUMBERS = [2**63 - 1, -(2**63), 2**53 + 1, 1e308, 5e-324, -0.0, 1.0, 3.0, 3.0, 0.1, 1e22]
KEEP: Json = {"setVariable": {"variableName": "s", "value": "$input.Door.n"}}
WORDS = ["é\u2028\U0001f600", '"\\/\u007f', "\u0000", "1e5", " "]


class Entry(NamedTuple):
    """One entry of a call, and when it was recorded."""

    time: int
    operation: str
    content: Json


class Call(NamedTuple):
    """A call of the data plane: when it comes by this machine's clock, and the document of its body."""

    time: int
    operation: str
    document: Json


@dataclass(frozen=True)
class Trace:
    """Bodies of inputs and models, and the calls that come then."""

    documents: list[Json]
    calls: list[Call]


def random_trace(source: Random, *, stamped: bool) -> Trace:
    """Random models, and calls for them: some entries are wrong, some come again.

    If they are stamped, messages have timestamps, and the machine's clock moves by itself.
    """
    one = world(source)
    if source.random() < 0.5:
        _let_tell(one.models[0])
    documents = [*map(input_document, one.inputs), *one.models]
    entries = [_spoiled(source, entry) for entry in entries_of(_odd(source, one.lines))]
    calls = list(calls_of(source, _with_redeliveries(source, entries), stamped=stamped))
    return Trace(documents, [_refused(source, call) for call in calls])


def entries_of(lines: Iterable[Json]) -> list[Entry]:
    """Return the entries of calls that bring what lines of a messages file hold; other lines are left out."""
    return [entry for number, line in enumerate(lines) for entry in _entries(number, parse_line(line))]


def _entries(number: int, line: Any) -> Iterator[Entry]:
    match line:
        case MessageLine(time, name, message_id, payload):
            content = message(message_id or f"line-{number}", json.dumps(payload).encode(), name)
            yield Entry(time, "BatchPutMessage", content)
        case OperationLine(time, operation, request) if operation in ENTRIES:
            for entry in request[ENTRIES[operation]]:
                yield Entry(time, operation, entry)


def calls_of(source: Random, entries: Sequence[Entry], *, stamped: bool) -> Iterator[Call]:
    """Yield calls of 1 to 10 entries, in their order; unstamped ones come when their last entry was recorded.

    The clock is moved back now and then.
    """
    wall = WALL
    while entries:
        together = _together(entries, source.randint(1, 10))
        entries = entries[len(together) :]
        operation = together[0].operation
        wall += source.choice([0, 50, 1_000, 400_000])
        contents = [_stamped(source, one) if stamped else one.content for one in together]
        back = source.choice([0, 0, 0, 0, 1, 45_000])
        time = wall if stamped else together[-1].time
        yield Call(time - back, operation, {ENTRIES[operation]: contents})


def _together(entries: Sequence[Entry], most: int) -> Sequence[Entry]:
    """Return the first entries that one call can bring: of one operation, each with another id."""
    ids = set[str]()
    for count, one in enumerate(entries[:most]):
        if one.operation != entries[0].operation or one.content["messageId"] in ids:
            return entries[:count]
        ids.add(one.content["messageId"])
    return entries[:most]


def _stamped(source: Random, one: Entry) -> Json:
    """With its time, mostly, and an id that no message of another content has."""
    if one.operation != "BatchPutMessage":
        return one.content
    content = dict(one.content)
    content["messageId"] += f"-{crc32(str(content).encode()):08x}"
    stamps = [{"timestamp": {"timeInMillis": time}} for time in (one.time, 2**63 - 1)]
    return content | source.choice([*stamps[:1] * 18, *stamps[1:], {}])


def _let_tell(model: Json) -> None:
    """Have a model send messages, by messages and by timers; those that it sends make it send no more."""
    for state in model["detectorModelDefinition"]["states"]:
        events = state.setdefault("onInput", {}).setdefault("events", [])
        events += [
            _telling('currentInput("Door") && $input.Door.n > 1', "Lamp", "k1", KEEP),
            _telling('timeout("t")', "Door", "k2"),
        ]


def _telling(condition: str, name: str, key: str, *actions: Json) -> Json:
    text = f'{{"id": "{key}", "who": {{"id": "{key}"}}, "the id": "{key}", "n": 3, "on": true}}'
    payload = {"type": "JSON", "contentExpression": f"'{text}'"}
    action = {"iotEvents": {"inputName": name, "payload": payload}}
    return {"eventName": "tell", "condition": condition, "actions": [*actions, action]}


def _odd(source: Random, lines: Iterable[Json]) -> Iterator[Json]:
    """Put values into some payloads that are easily changed on their way to a file and back."""
    for line in lines:
        if "payload" not in line or source.random() < 0.7:
            yield line
        else:
            odd = {"n": source.choice(NUMBERS), "word": source.choice(WORDS)}
            yield line | {"payload": line["payload"] | odd}


def _spoiled(source: Random, one: Entry) -> Entry:
    if source.random() > 0.08:
        return one
    match one.operation:
        case "BatchPutMessage":
            wrong: Json = {"payload": base64.b64encode(source.choice(WRONG_PAYLOADS)).decode()}
            change = source.choice([wrong, wrong, {"inputName": "Nowhere"}])
        case "BatchUpdateDetector":
            variables = [{"name": "v", "value": "half of it"}]
            state = {"stateName": source.choice(["Nowhere", "Calm"]), "variables": variables, "timers": []}
            change = {"state": state}
        case _:
            change = {"detectorModelName": "nobody"}
    return one._replace(content=one.content | change)


def _with_redeliveries(source: Random, entries: Sequence[Entry]) -> list[Entry]:
    """Repeat some messages, up to eight entries later, or at the end of the time of duplicates."""
    made = list(entries)
    for one in entries:
        if one.operation == "BatchPutMessage" and source.random() < 0.12:
            place = min(made.index(one) + source.randint(1, 8), len(made) - 1)
            made.insert(place + 1, one._replace(time=made[place].time))
    late = [one for one in entries[-3:] if one.operation == "BatchPutMessage"]
    return made + [
        one._replace(time=one.time + source.choice([DEDUP_WINDOW_MS - 1, DEDUP_WINDOW_MS])) for one in late
    ]


def _refused(source: Random, call: Call) -> Call:
    """Return the call, or rarely one that breaks a constraint, so that it is refused as a whole."""
    if source.random() > 0.03:
        return call
    first, *rest = call.document[ENTRIES[call.operation]]
    wrong = [first | {"messageId": "a b"}, *rest]
    return call._replace(document={ENTRIES[call.operation]: wrong})
