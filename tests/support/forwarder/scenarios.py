"""Any event, any configuration, anything that can go wrong: what the properties are about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from forwarder.config.config import Config, parse_config
from forwarder.records import Routed
from forwarder.routing.parts import tell_all_apart
from forwarder.routing.router import route_record
from forwarder.sources.events import Event, read_event
from local.lambda_runtime.kpl import aggregate
from tests.support.forwarder.function import QUEUE_URL
from tests.support.forwarder.records import FIFO, QUEUE, kinesis_entry, sqs_entry
from tests.support.forwarder.troubles import MISCONFIGURED, PASSING, REFUSED, EntryTrouble, Schedule

Body = dict[str, Any] | str
KEYS = ("a", "b", "c")
TIMEOUT = 0.5
"""Seconds, for connecting and for reading."""
PLENTY = 30.0
"""Seconds that an invocation has left before its time runs out."""
QUIET = Schedule()
LEAST = 2 * TIMEOUT + 1
"""Seconds that a call needs."""


@dataclass(frozen=True)
class Scenario:
    """One invocation: `keys` of the configuration, the event's records, what goes wrong."""

    keys: dict[str, Any]
    entries: list[dict[str, Any]]
    schedule: Schedule = QUIET
    puts: tuple[bool, ...] = ()
    """Whether the rejected-records queue takes the documents, in the order in which they come."""
    asked: int | None = None
    """How often the time left is PLENTY before it is only `then`; None: always."""
    then: float = 0.0

    @cached_property
    def config(self) -> Config:
        return parse_config(self.keys)

    @cached_property
    def event(self) -> Event:
        return read_event({"Records": self.entries}, self.config)

    @cached_property
    def routed(self) -> list[Routed]:
        return tell_all_apart(route_record(self.config, record) for record in self.event.records)


def routes(
    *, keyed: bool = True, id: str | None = "body.id", item_id: str | None = "body.id"
) -> list[dict[str, Any]]:
    """Routes by which a body's `kind` says what becomes of it; `item_id` is for split records."""
    key = {"keyFrom": "body.key"} if keyed else {}
    item_key = {"keyFrom": "item.key"} if keyed else {}
    common = {"messageIdFrom": id} if id else {}
    item_common = {"messageIdFrom": item_id} if item_id else {}
    return [
        {"when": "body.kind == 'plain'", "inputName": "telemetry", **common, **key},
        {
            "when": "body.kind == 'split'",
            "inputName": "telemetry",
            "split": "body.items",
            **item_common,
            **item_key,
        },
        {"when": "body.kind == 'missing'", "inputName": "missing", **common, **key},
        {"when": "body.kind == 'named'", "inputNameFrom": "body.input", **common, **key},
    ]


def plain(number: int, key: str | None = None, **members: Any) -> dict[str, Any]:
    """Return the body of a record that becomes the message i-`number`."""
    return {"kind": "plain", "id": f"i-{number}", "key": key, "n": number, **members}


keys = st.sampled_from([*KEYS, None])


@st.composite
def split_bodies(draw: st.DrawFn, number: int) -> Body:
    items = [
        {
            "id": f"e-{draw(st.integers(0, 9))}",
            "key": draw(keys),
            "n": n,
            "fill": "x" * draw(st.sampled_from([0, 0, 0, 0, 2000])),
        }
        for n in range(draw(st.integers(0, 4)))
    ]
    return {"kind": "split", "id": f"i-{number}", "items": items}


@st.composite
def bodies(draw: st.DrawFn, number: int) -> Body:
    """One body; most of them are good."""
    key = draw(keys)
    match draw(st.integers(0, 11)):
        case 0:
            return draw(split_bodies(number))
        case 1:
            return plain(number, key, id=draw(st.sampled_from([None, "not legal/ä", "x" * 70, number])))
        case 2:
            return {**plain(number, key), "kind": draw(st.sampled_from(["missing", "nobody's"]))}
        case 3:
            name = draw(st.sampled_from(["telemetry", "other", "nonsense", "not legal", None]))
            return {**plain(number, key), "kind": "named", "input": name}
        case 4:
            return draw(st.sampled_from(["no JSON", "[1]", "", '{"kind": "plain", "n": NaN}']))
        case 5:
            return plain(number, key, fill="x" * 2000)
        case 6:
            return plain(draw(st.integers(0, number)), key, n=draw(st.integers(0, number)))
        case _:
            return plain(number, key)


@st.composite
def several_lines(draw: st.DrawFn, number: int) -> Body:
    """Several bodies, one a line; the numbers in their ids are of the same few."""
    lines = draw(st.lists(bodies(number) | bodies(number + 1), max_size=4))
    return draw(st.sampled_from(["\n", "\r\n", "\n \n"])).join(map(text, lines))


@st.composite
def all_bodies(draw: st.DrawFn) -> list[Body]:
    """Draw bodies, of which some are there twice."""
    drawn: list[Body] = []
    for number in range(draw(st.integers(0, 16))):
        again = drawn and draw(st.integers(0, 9)) == 0
        fresh = several_lines(number) if draw(st.integers(0, 5)) == 0 else bodies(number)
        drawn.append(draw(st.sampled_from(drawn)) if again else draw(fresh))
    return drawn


@st.composite
def sqs_entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [sqs_entry(text(body), id=f"m-{n}") for n, body in enumerate(draw(all_bodies()))]


@st.composite
def fifo_entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        sqs_entry(text(body), id=f"m-{n}", arn=FIFO, MessageGroupId=draw(st.sampled_from(KEYS)))
        for n, body in enumerate(draw(all_bodies()))
    ]


@st.composite
def kinesis_entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw records of a shard; some are KPL aggregates, some have data that are no base64."""
    waiting = [(draw(st.sampled_from(KEYS)), text(body).encode()) for body in draw(all_bodies())]
    entries: list[dict[str, Any]] = []
    while waiting:
        together, waiting = _part(waiting, draw(st.sampled_from([0, 0, 0, 1, 2, 4])))
        key, data = together[0] if isinstance(together, list) else together
        whole = aggregate(together) if isinstance(together, list) else data
        entries.append(kinesis_entry(whole, number=str(1000 + len(entries)), key=key))
        if draw(st.integers(0, 19)) == 0:
            entries[-1]["kinesis"]["data"] = "no base64!"
    return entries


def _part(records: list[Any], aggregated: int) -> tuple[Any, list[Any]]:
    """Take the first off, or the first few as a list."""
    return (records[:aggregated], records[aggregated:]) if aggregated else (records[0], records[1:])


ENTRIES = {QUEUE: sqs_entries(), FIFO: fifo_entries(), "stream": kinesis_entries()}


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the keys of a configuration."""
    keys: dict[str, Any] = {
        "routes": routes(
            keyed=draw(st.booleans()),
            id=draw(st.sampled_from(["body.id", "body.id", "body.id", "sequenceNumber", None])),
            item_id=draw(st.sampled_from(["body.id", "item.id"])),
        ),
        "bodyFormat": draw(st.sampled_from(["json", "json", "json-lines"])),
        "endpointUrl": "https://target.example",
        "connectTimeout": TIMEOUT,
        "readTimeout": TIMEOUT,
        "ordering": draw(st.sampled_from(["none", "key", "key", "strict"])),
        "workers": draw(st.integers(1, 4)),
        "retries": draw(st.integers(0, 2)),
        "batchSize": draw(st.sampled_from([1, 2, 3, 5, 10])),
        "unrouted": draw(st.sampled_from(["reject", "drop"])),
    }
    if unknown := draw(st.sampled_from([None, "retry", "reject"])):
        keys["onUnknownInput"] = unknown
    if draw(st.booleans()):
        keys["rejectedQueueUrl"] = QUEUE_URL
        keys["onRejected"] = draw(st.sampled_from(["retry", "dead-letter", "dead-letter"]))
    return keys


PASSING_CODES = ("ThrottlingException", "InternalFailureException", "SomethingNew", None)
LASTING_CODES = ("InvalidRequestException", "ResourceNotFoundException")


@st.composite
def schedules(draw: st.DrawFn, ids: Sequence[str]) -> Schedule:
    """Draw the faults of calls with the messages of these ids."""
    calls = draw(
        st.lists(
            st.none()
            | st.sampled_from(sorted(PASSING))
            | st.sampled_from([*sorted(REFUSED), *sorted(PASSING), *sorted(MISCONFIGURED)]),
            max_size=6,
        )
    )
    if not ids:
        return Schedule(tuple(calls))
    some = st.sampled_from(ids)
    passing = st.builds(
        EntryTrouble,
        some,
        st.sampled_from(PASSING_CODES),
        st.sampled_from([1, 2, None]),
        st.booleans(),
    )
    lasting = st.builds(EntryTrouble, some, st.sampled_from(LASTING_CODES), st.sampled_from([1, None]))
    return Schedule(
        tuple(calls),
        tuple(draw(st.lists(some, max_size=2))),
        tuple(draw(st.lists(passing | lasting, max_size=3))),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw an invocation."""
    keys = draw(configurations())
    entries = draw(ENTRIES[draw(st.sampled_from(sorted(ENTRIES)))])
    quiet = Scenario(keys, entries)
    ids = sorted({message.id for routed in quiet.routed for message in routed.messages})
    return Scenario(
        keys,
        entries,
        draw(schedules(ids)),
        tuple(draw(st.lists(st.booleans(), max_size=4))),
        draw(st.none() | st.none() | st.integers(0, 60)),
        draw(st.sampled_from([LEAST - 0.1, 0.4, 0.05])),
    )


@st.composite
def quiet_scenarios(draw: st.DrawFn) -> Scenario:
    """Any invocation in which nothing goes wrong but the data."""
    return Scenario(draw(configurations()), draw(ENTRIES[draw(st.sampled_from(sorted(ENTRIES)))]))


def text(body: Body) -> str:
    """Return the text of a body; one with `lines` is these, one a line."""
    if isinstance(body, str):
        return body
    return "\n".join(map(text, body["lines"])) if "lines" in body else json.dumps(body)
