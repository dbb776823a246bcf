"""An explanation for people, as lines of text."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from iotevents.engine.detector import Detector
from iotevents.expressions import Part, TriggerType, shown
from iotevents.expressions.nodes import Call, InputReference, Literal, VariableReference
from iotevents.inspection.explanation import Explanation, Reason
from iotevents.models import DetectorModel, EvaluationMethod

LEFT: Final = 12
"""Width of the words at the left."""
ANSWER: Final = 46
"""Where the value of a part stands, unless its text is longer."""


def lines_of(one: Explanation) -> Iterator[str]:
    """The whole explanation."""
    detector = one.detector
    name = one.model.name if detector.key is None else f"{one.model.name} {detector.key}"
    yield f"{name} is in the state {detector.state} (version {one.model.version} of the model)"
    yield _row("now", _time(one.now))
    yield _row("evaluated", f"{_time(detector.updated)}, first {_time(detector.created)}")
    yield from _rows("variables", [f"{name} = {_json(value)}" for name, value in detector.variables.items()])
    yield from _rows("timers", [_timer(name, due, one.now) for name, due in detector.timers.items()])
    yield from _rows("inputs", [f"{name} {_json(payload)}" for name, payload in detector.inputs.items()])
    yield ""
    yield _headline(one)
    for reason in one.transitions:
        yield from _reason(reason, one, f"{reason.event.name} → {reason.event.next_state}")
    if one.events:
        yield ""
        yield "Events of this state:"
        for reason in one.events:
            yield from _reason(reason, one, reason.event.name)
    if one.model.evaluation_method is EvaluationMethod.SERIAL and one.events:
        yield ""
        yield "SERIAL: what an event writes is seen by the conditions after it; here are the values before."


def listing(model: DetectorModel, detectors: Sequence[Detector], more: bool) -> Iterator[str]:
    """The detectors of a model that has keys, and what to do next."""
    yield f"{model.name} (version {model.version}) has {'more than ' if more else ''}{_count(len(detectors))}"
    width = max([len(str(one.key)) for one in detectors], default=0)
    for one in detectors:
        yield f"  {one.key!s:<{width}}  {one.state}, evaluated {_time(one.updated)}"
    if detectors:
        yield f"Name one of them: explain --data FILE {model.name} {detectors[0].key}"
    if more:
        yield "These are the first in the order of their keys; ListDetectors gives them all, page by page."


def _count(count: int) -> str:
    return f"{count} detector" if count == 1 else f"{count or 'no'} detectors"


def _headline(one: Explanation) -> str:
    if not one.transitions:
        return "No transition leads out of this state."
    cause = (
        "the timer that is due"
        if one.trigger_type is TriggerType.TIMER
        else "a message that brings the same values"
    )
    if one.taken is None:
        return f"No transition is taken by {cause}:"
    return f"{one.taken.name} is taken next, by {cause}:"


def _reason(reason: Reason, one: Explanation, name: str) -> Iterator[str]:
    condition = reason.event.condition
    if condition is None or reason.whole is None:
        yield f"  {name}: True, it has no condition"
        return
    supposed = f", in a message of {reason.input}" if reason.input else ""
    details = f": {reason.verdict.details}" if reason.verdict.details else ""
    yield f"  {name}: {reason.verdict.result.value}{details}{supposed}"
    yield from _part(reason.whole, one, 2)


def _part(part: Part, one: Explanation, depth: int) -> Iterator[str]:
    indent = "  " * depth
    notes = [note for note in (_filled(part), _of_timer(part, one), _not_reached(part)) if note]
    answer = f"error: {part.error}" if part.error else shown(part.value)
    yield f"{indent}{part.text:<{ANSWER - len(indent)}}  {answer}" + "".join(f"  ({note})" for note in notes)
    for below in part.parts:
        yield from _part(below, one, depth + 1)


def _filled(part: Part) -> str | None:
    is_reference = isinstance(part.node, InputReference | VariableReference)
    return None if is_reference or part.filled == part.text else part.filled


def _not_reached(part: Part) -> str | None:
    return None if part.reached else "not looked at"


def _of_timer(part: Part, one: Explanation) -> str | None:
    """Where a timer stands that `timeout` asks for."""
    match part.node:
        case Call(function="timeout", arguments=(Literal(value=str(name)),)):
            due = one.detector.timers.get(name)
            return "not running" if due is None else _left(due - one.now)
    return None


def _timer(name: str, due: int, now: int) -> str:
    return f"{name} {_left(due - now)} ({_time(due)})"


def _left(milliseconds: int) -> str:
    span = timedelta(seconds=abs(milliseconds) // 1000)
    return f"{span} left" if milliseconds > 0 else f"due since {span}"


def _rows(word: str, texts: Iterable[str]) -> Iterator[str]:
    first, *others = [*texts] or ["none"]
    yield _row(word, first)
    yield from (_row("", text) for text in others)


def _row(word: str, text: str) -> str:
    return f"  {word:<{LEFT}}{text}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _time(time: int) -> str:
    moment = datetime.fromtimestamp(time / 1000, UTC)
    return moment.isoformat(sep=" ", timespec="milliseconds" if time % 1000 else "seconds").replace(
        "+00:00", "Z"
    )
