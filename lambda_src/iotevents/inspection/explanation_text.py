"""Write an explanation as lines of text, for people."""

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
"""Width of the words on the left."""
ANSWER: Final = 46
"""Column of the values of parts, unless a part's text is longer."""


def lines_of(explanation: Explanation) -> Iterator[str]:
    """Yield the whole explanation."""
    detector = explanation.detector
    name = explanation.model.name if detector.key is None else f"{explanation.model.name} {detector.key}"
    yield f"{name} is in the state {detector.state} (version {explanation.model.version} of the model)"
    yield _row("now", _time(explanation.now))
    yield _row("evaluated", f"{_time(detector.updated)}, first {_time(detector.created)}")
    yield from _rows("variables", [f"{name} = {_json(value)}" for name, value in detector.variables.items()])
    yield from _rows("timers", [_timer(name, due, explanation.now) for name, due in detector.timers.items()])
    yield from _rows("inputs", [f"{name} {_json(payload)}" for name, payload in detector.inputs.items()])
    yield ""
    yield _headline(explanation)
    for reason in explanation.transitions:
        yield from _reason(reason, explanation, f"{reason.event.name} → {reason.event.next_state}")
    if explanation.events:
        yield ""
        yield "Events of this state:"
        for reason in explanation.events:
            yield from _reason(reason, explanation, reason.event.name)
    if explanation.model.evaluation_method is EvaluationMethod.SERIAL and explanation.events:
        yield ""
        yield "SERIAL: what an event writes is seen by the conditions after it; here are the values before."


def listing(model: DetectorModel, detectors: Sequence[Detector], more: bool) -> Iterator[str]:
    """Yield the detectors of a model that has keys, and what to do next."""
    yield f"{model.name} (version {model.version}) has {'more than ' if more else ''}{_count(len(detectors))}"
    width = max([len(str(detector.key)) for detector in detectors], default=0)
    for detector in detectors:
        yield f"  {detector.key!s:<{width}}  {detector.state}, evaluated {_time(detector.updated)}"
    if detectors:
        yield f"Name one of them: explain --data FILE {model.name} {detectors[0].key}"
    if more:
        yield "These are the first in the order of their keys; ListDetectors gives them all, page by page."


def _count(count: int) -> str:
    return f"{count} detector" if count == 1 else f"{count or 'no'} detectors"


def _headline(explanation: Explanation) -> str:
    if not explanation.transitions:
        return "No transition leads out of this state."
    cause = (
        "the timer that is due"
        if explanation.trigger_type is TriggerType.TIMER
        else "a message that brings the same values"
    )
    if explanation.taken is None:
        return f"No transition is taken by {cause}:"
    return f"{explanation.taken.name} is taken next, by {cause}:"


def _reason(reason: Reason, explanation: Explanation, name: str) -> Iterator[str]:
    condition = reason.event.condition
    if condition is None or reason.whole is None:
        yield f"  {name}: True, it has no condition"
        return
    supposed = f", in a message of {reason.input}" if reason.input else ""
    details = f": {reason.verdict.details}" if reason.verdict.details else ""
    yield f"  {name}: {reason.verdict.result.value}{details}{supposed}"
    yield from _part(reason.whole, explanation, 2)


def _part(part: Part, explanation: Explanation, depth: int) -> Iterator[str]:
    indent = "  " * depth
    notes = [note for note in (_filled(part), _of_timer(part, explanation), _not_reached(part)) if note]
    answer = f"error: {part.error}" if part.error else shown(part.value)
    yield f"{indent}{part.text:<{ANSWER - len(indent)}}  {answer}" + "".join(f"  ({note})" for note in notes)
    for below in part.parts:
        yield from _part(below, explanation, depth + 1)


def _filled(part: Part) -> str | None:
    is_reference = isinstance(part.node, InputReference | VariableReference)
    return None if is_reference or part.filled == part.text else part.filled


def _not_reached(part: Part) -> str | None:
    return None if part.reached else "not looked at"


def _of_timer(part: Part, explanation: Explanation) -> str | None:
    """Return the time left of the timer in a call of `timeout`; None for other parts."""
    match part.node:
        case Call(function="timeout", arguments=(Literal(value=str(name)),)):
            due = explanation.detector.timers.get(name)
            return "not running" if due is None else _left(due - explanation.now)
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
