"""A replay for people: a line for each evaluation in which something happened, and a sum at the end."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from iotevents.engine import MessageEvent, TimerEvent
from iotevents.models import DetectorModel, LifeCycle
from iotevents.recordings.replay import Entry
from iotevents.runtime.outcomes import Duplicate, Evaluated, Rejected, Unrouted

TIME = 19
TRIGGER = 9


class Table:
    """Lines with fixed columns, so that they can be printed while the replay runs."""

    def __init__(self, models: Iterable[DetectorModel]) -> None:
        names = [state for model in models for state in model.states]
        self._state = min(max([len(name) for name in names] + [5]) * 2 + 3, 45)
        self._counts: Counter[str] = Counter()
        self._detectors: set[tuple[str, str | None]] = set()

    def lines(self, entries: Iterable[Entry]) -> Iterator[str]:
        """The table of the entries."""
        yield self._row("time", "detector", "trigger", "state", "because", "actions and errors")
        for entry in entries:
            yield from self._lines(entry)
        yield ""
        yield self._sum()

    def _lines(self, entry: Entry) -> Iterator[str]:
        match entry:
            case Evaluated():
                yield from self._evaluated(entry)
            case Rejected(time, message, code, reason):
                yield self._rejected(time, message.input, message.message_id, code, reason)
            case Duplicate():
                self._counts["duplicate"] += 1
            case Unrouted():
                self._counts["unrouted"] += 1
            case dict():
                error = entry["rejected"]
                yield self._rejected(
                    entry["time"],
                    entry["input"],
                    entry["messageId"],
                    error["errorCode"],
                    error["errorMessage"],
                )

    def _evaluated(self, one: Evaluated) -> Iterator[str]:
        self._count(one)
        if not _is_notable(one):
            return
        texts = [f"{effect.type} {effect.event_name}" for effect in one.effects]
        texts += [f"! {failure.where}: {_one_line(failure.message)}" for failure in one.failures]
        first, *others = texts or [""]
        yield self._row(
            _time(one.time), _detector(one), _trigger(one), _states(one), ", ".join(_reasons(one)), first
        )
        yield from (self._row("", "", "", "", "", text) for text in others)

    def _count(self, one: Evaluated) -> None:
        self._detectors.add((one.model.name, one.key))
        self._counts["evaluations"] += 1
        self._counts["changes"] += one.transition is not None
        self._counts["actions"] += len(one.effects)
        self._counts["errors"] += len(one.failures)

    def _rejected(self, time: int, name: str | None, message_id: str | None, code: str, reason: str) -> str:
        self._counts["rejected"] += 1
        what = " ".join(one for one in (name, message_id) if one)
        return self._row(_time(time), what, "rejected", "", "", f"! {code}: {_one_line(reason)}")

    def _row(self, time: str, detector: str, trigger: str, state: str, because: str, actions: str) -> str:
        columns = (
            f"{time:<{TIME}}",
            f"{detector:<24}",
            f"{trigger:<{TRIGGER}}",
            f"{state:<{self._state}}",
            f"{because:<20}",
            actions,
        )
        return "  ".join(columns).rstrip()

    def _sum(self) -> str:
        counts = self._counts
        parts = [
            f"{counts['evaluations']:,} evaluations of {_plural(len(self._detectors), 'detector')}",
            _plural(counts["changes"], "transition"),
            _plural(counts["actions"], "action"),
            _plural(counts["errors"], "error"),
        ]
        parts += [
            f"{counts[name]:,} {name}" for name in ("rejected", "duplicate", "unrouted") if counts[name]
        ]
        return ", ".join(parts)


def _is_notable(one: Evaluated) -> bool:
    """Whether more happened than that a message was looked at."""
    quiet = one.before is not None and one.transition is None and isinstance(one.event, MessageEvent)
    return not quiet or bool(one.effects or one.failures)


def _time(time: int) -> str:
    moment = datetime.fromtimestamp(time / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{time % 1000:03}" if time % 1000 else "")


def _detector(one: Evaluated) -> str:
    return one.model.name if one.key is None else f"{one.model.name} {one.key}"


def _trigger(one: Evaluated) -> str:
    match one.event:
        case MessageEvent():
            return "message"
        case TimerEvent():
            return "timer"
        case _:
            return "operation"


def _states(one: Evaluated) -> str:
    before = one.before.state if one.before else None
    after = one.after.state if one.after else None
    if before == after and one.transition is None:
        return str(after)
    return f"{before or '·'} → {after or '·'}"


def _reasons(one: Evaluated) -> Iterator[str]:
    """The events whose conditions were true: of `onInput`, where it is decided what happens."""
    names = [
        condition.event_name
        for condition in one.conditions or ()
        if condition.result == "True" and condition.life_cycle is LifeCycle.ON_INPUT
    ]
    yield from dict.fromkeys(names)


def _one_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
