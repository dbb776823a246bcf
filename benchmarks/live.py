"""Costs of the live system: durable messages a second, over the store and over HTTP; timers; growth.

    .venv/bin/python -m benchmarks.live [PART ...] [--scale 0.1]

Parts: store, cost, http, timers, memory, growth (default: all). Every figure is of a file with WAL and
synchronous=FULL. Beside messages a second by the wall clock stands the CPU time for one message, of the
server's process alone. Rates are the best of several parts of the same work: what else a machine does, and
virtual machines beside it, can only make them worse. `--scale` makes all counts smaller. Growth counts the
store's rows and calls, which do not depend on the machine.
"""

import argparse
import json
import math
import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from iotevents.definitions.request_body import Kind, RequestBody
from iotevents.engine.detector import DetectorId
from iotevents.engine.message_payload import read_payload
from iotevents.messages import AcceptedMessage, Message, MessageKey
from iotevents.server.gc_tuning import collect_rarely
from iotevents.service.service import Service
from iotevents.stores.records import Changes
from iotevents.stores.sqlite import SqliteStore
from iotevents.stores.store import Loaded

from benchmarks import live_http

INPUT = "Pump"
T = 1_700_000_000_000


class Rate(NamedTuple):
    """Messages a second by the wall clock, and microseconds of CPU time a message."""

    per_second: float
    cpu: float


# what runs


def quiet(name: str = "pump", *, states: int = 1, conditions: int = 1, timers: int = 0) -> dict[str, Any]:
    """Return a model in which a message changes only the last payload; timers are set on creation."""
    tests = [
        {"eventName": f"e{n}", "condition": f"$input.{INPUT}.pressure > {1000 + n}", "actions": []}
        for n in range(conditions)
    ]
    begin = [{"setTimer": {"timerName": f"t{n}", "seconds": 3600}} for n in range(timers)]
    every = [
        {
            "stateName": f"s{n}",
            "onEnter": {"events": [{"eventName": "begin", "actions": begin}]},
            "onInput": {"events": tests},
        }
        for n in range(states)
    ]
    return {
        "detectorModelName": name,
        "detectorModelDefinition": {"states": every, "initialStateName": "s0"},
        "roleArn": "arn:aws:iam::123456789012:role/r",
        "key": "id",
    }


def busy() -> dict[str, Any]:
    """Return a typical model: a counter, a timer that messages reset, a rare change of state."""
    count = {"setVariable": {"variableName": "count", "value": "$variable.count + 1"}}
    high, low = f"$input.{INPUT}.pressure > 95", f"$input.{INPUT}.pressure < 50"
    heard = {
        "eventName": "heard",
        "condition": 'triggerType("Message")',
        "actions": [count, {"setTimer": {"timerName": "silence", "seconds": 300}}],
    }
    alarm = {"sns": {"targetArn": "arn:aws:sns:eu-west-1:123456789012:alarms"}}
    zero = {"setVariable": {"variableName": "count", "value": "0"}}
    states = [
        {
            "stateName": "Normal",
            "onEnter": {"events": [{"eventName": "begin", "actions": [zero]}]},
            "onInput": {
                "events": [heard],
                "transitionEvents": [
                    {"eventName": "rise", "condition": high, "nextState": "High", "actions": [alarm]}
                ],
            },
        },
        {
            "stateName": "High",
            "onInput": {
                "events": [heard],
                "transitionEvents": [
                    {"eventName": "fall", "condition": low, "nextState": "Normal", "actions": []}
                ],
            },
        },
    ]
    return {**quiet(), "detectorModelDefinition": {"states": states, "initialStateName": "Normal"}}


def bodies(models: Iterable[dict[str, Any]]) -> list[RequestBody]:
    """Return the definitions: one input, and the models."""
    attributes = [{"jsonPath": "id"}, {"jsonPath": "pressure"}]
    inputs = {"inputName": INPUT, "inputDefinition": {"attributes": attributes}}
    return [
        RequestBody("benchmark", "", Kind.INPUT, inputs),
        *(RequestBody("benchmark", "", Kind.DETECTOR_MODEL, model) for model in models),
    ]


def make_messages(count: int, keys: int, prefix: str = "m") -> list[Message]:
    """Return messages of 130 bytes of many detectors, the same on every run."""
    source = random.Random(1)
    return [
        Message(MessageKey(INPUT, f"{prefix}-{n}"), payload_of(source, f"pump-{source.randrange(keys)}"), T)
        for n in range(count)
    ]


def payload_of(source: random.Random, key: str) -> bytes:
    """Return a payload of a typical size."""
    values = {
        "id": key,
        "pressure": source.randrange(40, 100),
        "temperature": round(source.uniform(10, 40), 2),
    }
    more = {"status": "ONLINE", "site": {"plant": "north", "line": 7}, "firmware": "2.4.1-r3"}
    return json.dumps({**values, **more}).encode()


def one_each(keys: int) -> list[Message]:
    """Return a message for each detector."""
    source = random.Random(2)
    return [Message(MessageKey(INPUT, f"first-{n}"), payload_of(source, f"pump-{n}"), T) for n in range(keys)]


def chunks(messages: Sequence[Message], size: int) -> Iterator[Sequence[Message]]:
    """Yield the messages in batches."""
    return (messages[start : start + size] for start in range(0, len(messages), size))


@contextmanager
def opened(models: Iterable[dict[str, Any]]) -> Iterator[tuple[SqliteStore, Service]]:
    """Yield the store of a new file with a service on it."""
    with tempfile.TemporaryDirectory() as folder, closing(SqliteStore(Path(folder) / "d")) as store:
        service = Service(store)
        service.define(bodies(models))
        yield store, service


def fill(service: Service, keys: int, now: int = T) -> None:
    """Have a detector for each key."""
    for some in chunks(one_each(keys), 2000):
        service.do(some, now)


def rate(action: Callable[[Sequence[Message]], object], messages: Sequence[Message], batch: int) -> Rate:
    """Return the rate of an action that takes the messages in batches."""
    begun, cpu = perf_counter(), process_time()
    for some in chunks(messages, batch):
        action(some)
    seconds, used = perf_counter() - begun, process_time() - cpu
    return Rate(len(messages) / seconds, used / len(messages) * 1e6)


def best_rate(action: Callable[[Sequence[Message]], object], messages: Sequence[Message], batch: int) -> Rate:
    """Return the best rate, and the minimum CPU time, of twelve parts."""
    size = max(len(messages) // 12 // batch, 1) * batch
    parts = [rate(action, some, batch) for some in chunks(messages, size) if len(some) == size]
    return Rate(
        max(part.per_second for part in parts),
        min(part.cpu for part in parts),
    )


# the parts


def store_part(scale: float) -> None:
    """Print durable messages a second by batch and number of detectors."""
    print("\nDurable messages over the store (wall clock; CPU time a message)")
    print(f"{'detectors':>10}" + "".join(f"{f'batch {batch:,}':>24}" for batch in (1, 10, 100, 1000)))
    for keys in (10, 1_000, int(100_000 * scale) if scale < 1 else 100_000):
        with opened([busy()]) as (_, service):
            fill(service, keys)
            row = f"{keys:10,}"
            for batch in (1, 10, 100, 1000):
                messages = make_messages(int(scale * 6000 * min(batch, 20)), keys, f"b{batch}")
                best = best_rate(lambda some: service.do(some, T + 1), messages, batch)
                row += f"{best.per_second:12,.0f}/s {best.cpu:7.1f} µs"
            print(row, flush=True)


def cost_part(scale: float) -> None:
    """Print the CPU time that the engine adds to storing a message; the best of rounds in turn."""
    count = int(12_000 * scale)
    print("\nCPU time of a message at batch 100, 1,000 detectors")
    with (
        opened([]) as (plain, _),
        opened([]) as (_, unrouted),
        opened([quiet()]) as (_, routed),
        opened([busy()]) as (_, worked),
    ):
        fill(routed, 1000)
        fill(worked, 1000)
        ways: dict[str, Callable[[Sequence[Message]], object]] = {
            "stored without an engine": lambda some: store_alone(plain, some),
            "no model concerns it": lambda some: unrouted.do(some, T + 1),
            "a model, nothing happens": lambda some: routed.do(some, T + 1),
            "a model, counter and timer": lambda some: worked.do(some, T + 1),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(10):
            messages = make_messages(count, 1000, f"r{turn}")
            for name, way in ways.items():
                taken[name].append(best_rate(way, messages, 100).cpu)
    base = min(taken["stored without an engine"])
    for name, costs in taken.items():
        print(f"{name:30}{min(costs):8.1f} µs{min(costs) / base:8.2f} x")


def store_alone(store: SqliteStore, messages: Sequence[Message]) -> None:
    """Do the minimum without an engine: read the payloads, recognise duplicates, store the messages."""
    keys = [f"//{message.key.input_name}/{message.key.message_id}" for message in messages]
    seen = store.load((), keys, T + 1).seen
    entries, new = [], []
    for message, key in zip(messages, keys, strict=True):
        text, _ = read_payload(message.payload, 1024)
        if key not in seen:
            entries.append(AcceptedMessage(T + 1, message.key, text, message.timestamp))
            new.append(key)
    store.commit(Changes((), new, entries, ()), T + 1)


def http_part(scale: float) -> None:
    """Print the figures of BatchPutMessage: calls of 10 from 8 open connections of another process."""
    print("\nBatchPutMessage over HTTP, calls of 10 from 8 connections, 1,000 detectors, durable")
    with tempfile.TemporaryDirectory() as folder:
        definitions = [json.dumps(body.value) for body in bodies([busy()])]
        measured = live_http.measure(Path(folder), definitions, make_messages(int(80_000 * scale), 1000))
    print(
        f"{measured.per_second:,.0f} messages/s, p50 {measured.p50:.1f} ms, p99 {measured.p99:.1f} ms, "
        f"{measured.cpu:.1f} µs CPU of the server a message ({1e6 / measured.cpu:,.0f}/s of one core)"
    )


def timers_part(scale: float) -> None:
    """Print the time of a start with many pending timers, and the rate at which they fire."""
    count = int(1_000_000 * scale)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "d"
        with closing(SqliteStore(file)) as store:
            service = Service(store)
            service.define(bodies([quiet(timers=1)]))
            fill(service, count)
        begun, cpu = perf_counter(), process_time()
        with closing(SqliteStore(file)) as store:
            service = Service(store)
            print(
                f"\nRestart with {count:,} pending timers: {perf_counter() - begun:.2f} s to the first call"
            )
            begun, cpu = perf_counter(), process_time()
            slices = 1
            worst = before = perf_counter() - begun
            while service.tick(T + 3_600_000):
                slices += 1
                worst, before = max(worst, perf_counter() - begun - before), perf_counter() - begun
            seconds, used = perf_counter() - begun, process_time() - cpu
    print(
        f"Sweep: {count / seconds:,.0f} timers/s, {used / count * 1e6:.1f} µs CPU each, "
        f"slice of {worst * 1e3:.0f} ms at most"
    )


def memory_part(scale: float) -> None:
    """Print the memory for recently used detectors and for the ids of their messages."""
    count = int(100_000 * scale)
    # A new process: this one may have memory left over from other parts.
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        used = process.submit(memory_of, count).result()
    print(f"\nMemory for {count:,} detectors and as many message ids: {used / 2**20:.0f} MB")


def memory_of(count: int) -> int:
    """Return the bytes of memory of detectors, each with a message."""
    with opened([busy()]) as (_, service):
        before = resident()
        fill(service, count)
        return resident() - before


def resident() -> int:
    """Return this process's resident memory in bytes."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# growth


class Counting(SqliteStore):
    """Store that counts its calls, and the rows read and written."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.counts: Counter[str] = Counter()

    def load(self, detectors: Iterable[DetectorId], seen: Iterable[str], now: int) -> Loaded:
        detector_ids = list(detectors)
        self.counts["calls"] += 1
        self.counts["rows"] += len(detector_ids)
        return super().load(detector_ids, seen, now)

    def commit(self, changes: Changes, now: int, window_end: int | None = None) -> None:
        self.counts["calls"] += 1
        self.counts["rows"] += len(changes.detectors)
        super().commit(changes, now, window_end)

    def due(self, until: int, limit: int) -> list[DetectorId]:
        detector_ids = super().due(until, limit)
        self.counts["calls"] += 1
        self.counts["rows"] += len(detector_ids)
        return detector_ids


class Axis(NamedTuple):
    """Dimension of growth: its sizes, the models at a size, and the expected slope."""

    name: str
    sizes: Sequence[int]
    models: Callable[[int], list[dict[str, Any]]]
    wanted: float
    keys: Callable[[int], int] = lambda size: 200
    idle: Callable[[int], int] = lambda size: 0
    due: bool = False


def other(name: str) -> dict[str, Any]:
    """Return a model that no message of the benchmark concerns: it has an input of its own."""
    model = json.loads(json.dumps(quiet(name)).replace(f"$input.{INPUT}.", f"$input.{INPUT}Other."))
    return {**model}


AXES = (
    Axis("detectors", (100, 400, 1600, 6400), lambda size: [quiet()], 0, keys=lambda size: size),
    Axis(
        "models not routed", (1, 4, 16, 64), lambda size: [quiet(), *(other(f"o{n}") for n in range(size))], 0
    ),
    Axis("models of the input", (1, 2, 4, 8), lambda size: [quiet(f"m{n}") for n in range(size)], 1),
    Axis("states of the model", (1, 4, 8, 20), lambda size: [quiet(states=size)], 0),
    Axis("conditions of the state", (1, 4, 8, 20), lambda size: [quiet(conditions=size)], 0),
    Axis("timers of a detector", (1, 2, 3, 5), lambda size: [quiet(timers=size)], 0),
    Axis("idle detectors", (1000, 4000, 16000), lambda size: [quiet()], 0, idle=lambda size: size),
    Axis(
        "detectors due at once",
        (100, 400, 1600, 6400),
        lambda size: [quiet(timers=1)],
        1,
        keys=lambda n: n,
        due=True,
    ),
)


def growth_part(scale: float) -> None:
    """Print the growth of the store's rows and calls along each axis."""
    print("\nGrowth: slope of the rows (and calls) on log-log scales, counted; CPU beside it, measured")
    print(f"{'grows':26}{'wanted':>8}{'rows':>8}{'calls':>8}{'CPU':>8}")
    for axis in AXES:
        counted = [count(axis, size) for size in axis.sizes]
        slopes = [slope(axis.sizes, [costs[index] for costs in counted]) for index in range(3)]
        verdict = "" if abs(slopes[0] - axis.wanted) < 0.1 else "   NOT AS WANTED"
        print(
            f"{axis.name:26}{axis.wanted:8.0f}" + "".join(f"{value:8.2f}" for value in slopes) + verdict,
            flush=True,
        )


def count(axis: Axis, size: int) -> tuple[float, float, float]:
    """Return rows, calls and CPU time at a size: of 2,000 messages, or of the timers due at once."""
    with tempfile.TemporaryDirectory() as folder, closing(Counting(Path(folder) / "d")) as store:
        service = Service(store)
        more = {"inputName": f"{INPUT}Other", "inputDefinition": {"attributes": [{"jsonPath": "id"}]}}
        service.define([RequestBody("benchmark", "", Kind.INPUT, more), *bodies(axis.models(size))])
        keys = axis.keys(size)
        fill(service, max(keys, axis.idle(size)))
        batches = [[message] for message in make_messages(2000, keys)]
        store.counts.clear()
        cpu = process_time()
        if axis.due:
            while service.tick(T + 3_600_000):
                pass
        else:
            for batch in batches:
                service.do(batch, T + 1)
        return store.counts["rows"], store.counts["calls"], process_time() - cpu


def slope(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of the best-fitting line through the logarithms."""
    xs, ys = [math.log(value) for value in sizes], [math.log(value) for value in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


PARTS: dict[str, Callable[[float], None]] = {
    "store": store_part,
    "cost": cost_part,
    "http": http_part,
    "timers": timers_part,
    "memory": memory_part,
    "growth": growth_part,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the parts that were asked for."""
    parser = argparse.ArgumentParser("python -m benchmarks.live", description="Measure the live system.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--scale", type=float, default=1.0, help="fraction of the usual counts")
    options = parser.parse_args(arguments)
    if unknown := [part for part in options.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    collect_rarely()
    for name in options.parts or PARTS:
        PARTS[name](options.scale)
    return 0


if __name__ == "__main__":
    sys.exit(main())
