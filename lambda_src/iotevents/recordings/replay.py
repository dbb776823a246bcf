"""Replay recorded messages through the models, on a simulated clock."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from iotevents.api import batch_put_message
from iotevents.api.detector_requests import DetectorRequest, read_deletions, read_updates
from iotevents.engine import MessageEvent
from iotevents.engine.detector import Detector, DetectorId
from iotevents.engine.message_payload import PayloadError, read_payload
from iotevents.errors import RequestError, TooManyFiringsError
from iotevents.messages import Message
from iotevents.models import DetectorModel
from iotevents.recordings.messages_file import (
    LINES,
    BadLine,
    Line,
    MessageLine,
    OperationLine,
    parse_line,
    time_text,
)
from iotevents.recordings.records import Record, record_of, rejected
from iotevents.runtime.outcomes import Evaluated, Outcome, Refusal, Rejected
from iotevents.runtime.repository import InMemoryRepository
from iotevents.runtime.routing import ModelRegistry
from iotevents.runtime.runtime import DetectorRuntime
from iotevents.runtime.timer_queue import TimerQueue

MAX_FIRINGS: Final = 1_000_000
"""Times that the timers of one detector may fire between two lines."""
MAX_PAYLOAD_BYTES: Final = 2**20
"""Of a message in a BatchPutMessage; a recorded message was accepted under limits that can be raised."""

Entry: TypeAlias = Outcome | Record
"""Outcome, or a record where there is neither a message nor an evaluation."""


def replay(
    models: Iterable[DetectorModel],
    inputs: Iterable[str],
    lines: Iterable[Any],
    *,
    until: int | None = None,
    trace: bool = True,
) -> Iterator[Record]:
    """Yield the records of a whole recording, in time order.

    `models` are those to run, `inputs` the names of the existing inputs. `lines` are decoded lines of a
    messages file, or results of `messages_file.read_line`. `until` (epoch milliseconds) advances the clock
    after the last line. Without `trace`, `conditions` is empty.
    """
    run = Replay(models, inputs, trace=trace)
    for line in lines:
        yield from map(as_record, run.take(line))
    if until is not None:
        yield from map(as_record, run.advance(until))


def as_record(entry: Entry) -> Record:
    """Return the record of an entry."""
    return entry if isinstance(entry, dict) else record_of(entry)


class Replay:
    """Replay of a recording. The clock stands at `now` and never runs backwards.

    `detectors` are those that exist at the beginning; `repository` has all of them at any time.
    """

    def __init__(
        self,
        models: Iterable[DetectorModel],
        inputs: Iterable[str],
        detectors: Mapping[DetectorId, Detector] | None = None,
        *,
        trace: bool = True,
        max_firings: int = MAX_FIRINGS,
    ) -> None:
        self._max_firings = max_firings
        self.repository = InMemoryRepository(detectors)
        timers = TimerQueue()
        for detector_id, detector in self.repository.detectors.items():
            timers.schedule(detector_id, detector)
        self.runtime = DetectorRuntime(ModelRegistry(models, inputs), self.repository, timers, trace=trace)
        self.now = 0

    def take(self, line: Any) -> Iterable[Entry]:
        """Take the next line: first fire the timers that are due at or before its time.

        The result must be read to its end before the next line is taken.
        """
        parsed: Line = line if isinstance(line, LINES) else parse_line(line)
        time = parsed.time
        if time is not None and time > self.now:
            if self.runtime.has_due(time):
                return self._advance_and_do(time, parsed)
            self.now = time
        return self._do(parsed)

    def _advance_and_do(self, time: int, line: Line) -> Iterator[Entry]:
        yield from self.advance(time)
        yield from self._do(line)

    def advance(self, until: int) -> Iterator[Entry]:
        """Advance the clock to a time and fire the timers that are due until then.

        Raise TooManyFiringsError if those of one detector fire without end, as a timer that restarts itself
        does until a time that is wrong.
        """
        firings: Counter[tuple[str, str | None]] = Counter()
        for outcomes in self.runtime.advance(until):
            for outcome in outcomes[:1]:
                if isinstance(outcome, Evaluated):
                    self._count_firing(firings, outcome, until)
            yield from outcomes
        self.now = max(self.now, until)

    def _count_firing(
        self, firings: Counter[tuple[str, str | None]], evaluation: Evaluated, until: int
    ) -> None:
        detector = (evaluation.model.name, evaluation.key)
        firings[detector] += 1
        if firings[detector] > self._max_firings:
            name = " ".join(part for part in detector if part)
            raise TooManyFiringsError(
                f"{name}: its timers fired {self._max_firings:,} times without a message, and it is only"
                f" {time_text(evaluation.time)} of the time until {time_text(until)}; is that time right?"
                " --max-firings allows more"
            )

    def _do(self, line: Line) -> Iterable[Entry]:
        match line:
            case MessageLine():
                return self.runtime.put(MessageEvent(line.input, line.payload, line.message_id), self.now)
            case OperationLine():
                return self._operate(line.operation, line.request)
            case BadLine():
                return [
                    rejected(self.now, line.input, line.message_id, "InvalidRequestException", line.reason)
                ]

    def _operate(self, operation: str, request: Any) -> Iterable[Entry]:
        do = OPERATIONS.get(operation)
        if do is None:
            known = ", ".join(OPERATIONS)
            reason = f"The operation {operation:.60} cannot be replayed; those that can are {known}"
            return [rejected(self.now, None, None, "UnsupportedOperationException", reason)]
        try:
            return list(do(self, request))
        except RequestError as error:
            return [rejected(self.now, None, None, "InvalidRequestException", str(error))]

    def put_messages(self, request: Any) -> Iterator[Entry]:
        """Put the messages of a BatchPutMessage, one after the other."""
        for message in batch_put_message.read(request):
            yield from self._put(message)

    def _put(self, message: Message) -> list[Outcome]:
        name, message_id = message.key
        try:
            _, payload = read_payload(message.payload, MAX_PAYLOAD_BYTES)
        except PayloadError as error:
            empty = MessageEvent(name, {}, message_id)
            return [Rejected(self.now, empty, "InvalidRequestException", str(error))]
        return self.runtime.put(MessageEvent(name, payload, message_id), self.now)

    def update_detectors(self, request: Any) -> Iterator[Entry]:
        """Update the detectors of a BatchUpdateDetector."""
        for entry in read_updates(request):
            assert entry.update is not None
            outcome = self.runtime.update(entry.detector_id, entry.update, entry.message_id, self.now)
            yield self._done(entry, outcome)

    def delete_detectors(self, request: Any) -> Iterator[Entry]:
        """Delete the detectors of a BatchDeleteDetector."""
        for entry in read_deletions(request):
            yield self._done(entry, self.runtime.delete(entry.detector_id, entry.message_id, self.now))

    def _done(self, request: DetectorRequest, outcome: Outcome | Refusal) -> Entry:
        if not isinstance(outcome, Refusal):
            return outcome
        refused = rejected(self.now, None, request.message_id, outcome.code, outcome.reason)
        return {**refused, "model": request.detector_id.model, "key": request.detector_id.key}


OPERATIONS: Final[Mapping[str, Callable[[Replay, Any], Iterator[Entry]]]] = {
    "BatchPutMessage": Replay.put_messages,
    "BatchUpdateDetector": Replay.update_detectors,
    "BatchDeleteDetector": Replay.delete_detectors,
}
"""The data-plane operations that a messages file may hold."""
