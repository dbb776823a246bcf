"""The table of a replay: a line for each evaluation in which something happened, and a summary."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from iotevents.engine import MessageEvent, TimerEvent
from iotevents.models import DetectorModel, LifeCycle
from iotevents.recordings.replay import Entry
from iotevents.runtime.outcomes import Duplicate, Evaluated, Rejected, Unrouted

TIME_WIDTH = 19
TRIGGER_WIDTH = 9


class Table:
    """Table with fixed columns, so that lines can be printed while the replay runs."""

    def __init__(self, models: Iterable[DetectorModel]) -> None:
        names = [state for model in models for state in model.states]
        self._state = min(max([len(name) for name in names] + [5]) * 2 + 3, 45)
        self._counts: Counter[str] = Counter()
        self._detectors: set[tuple[str, str | None]] = set()

    def lines(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the lines of the table."""
        yield self._row("time", "detector", "trigger", "state", "because", "actions and errors")
        for entry in entries:
            yield from self._lines(entry)
        yield ""
        yield self._summary()

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

    def _evaluated(self, evaluation: Evaluated) -> Iterator[str]:
        self._count(evaluation)
        if not _is_notable(evaluation):
            return
        texts = [f"{effect.type} {effect.event_name}" for effect in evaluation.effects]
        texts += [f"! {failure.where}: {_one_line(failure.message)}" for failure in evaluation.failures]
        first, *others = texts or [""]
        yield self._row(
            _time(evaluation.time),
            _detector(evaluation),
            _trigger(evaluation),
            _states(evaluation),
            ", ".join(_reasons(evaluation)),
            first,
        )
        yield from (self._row("", "", "", "", "", text) for text in others)

    def _count(self, evaluation: Evaluated) -> None:
        self._detectors.add((evaluation.model.name, evaluation.key))
        self._counts["evaluations"] += 1
        self._counts["changes"] += evaluation.transition is not None
        self._counts["actions"] += len(evaluation.effects)
        self._counts["errors"] += len(evaluation.failures)

    def _rejected(self, time: int, name: str | None, message_id: str | None, code: str, reason: str) -> str:
        self._counts["rejected"] += 1
        subject = " ".join(part for part in (name, message_id) if part)
        return self._row(_time(time), subject, "rejected", "", "", f"! {code}: {_one_line(reason)}")

    def _row(self, time: str, detector: str, trigger: str, state: str, because: str, actions: str) -> str:
        columns = (
            f"{time:<{TIME_WIDTH}}",
            f"{detector:<24}",
            f"{trigger:<{TRIGGER_WIDTH}}",
            f"{state:<{self._state}}",
            f"{because:<20}",
            actions,
        )
        return "  ".join(columns).rstrip()

    def _summary(self) -> str:
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


def _is_notable(evaluation: Evaluated) -> bool:
    """Return True if more happened than the evaluation of a message."""
    if evaluation.before is None or evaluation.transition or evaluation.effects or evaluation.failures:
        return True
    return not isinstance(evaluation.trigger, MessageEvent)


def _time(time: int) -> str:
    moment = datetime.fromtimestamp(time / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{time % 1000:03}" if time % 1000 else "")


def _detector(evaluation: Evaluated) -> str:
    return evaluation.model.name if evaluation.key is None else f"{evaluation.model.name} {evaluation.key}"


def _trigger(evaluation: Evaluated) -> str:
    match evaluation.trigger:
        case MessageEvent():
            return "message"
        case TimerEvent():
            return "timer"
        case _:
            return "operation"


def _states(evaluation: Evaluated) -> str:
    before = evaluation.before.state if evaluation.before else None
    after = evaluation.after.state if evaluation.after else None
    if before == after and evaluation.transition is None:
        return str(after)
    return f"{before or '·'} → {after or '·'}"


def _reasons(evaluation: Evaluated) -> Iterator[str]:
    """Yield the names of the `onInput` events whose conditions were true: they decide what happens."""
    names = [
        condition.event_name
        for condition in evaluation.conditions or ()
        if condition.result == "True" and condition.life_cycle is LifeCycle.ON_INPUT
    ]
    yield from dict.fromkeys(names)


def _one_line(text: str) -> str:
    return text.splitlines()[0] if text else ""


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
