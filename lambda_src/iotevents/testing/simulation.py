"""A simulation: detectors of some models, a clock that tests move, and everything that happened."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Final

from iotevents.definitions.loading import load_definitions
from iotevents.errors import NotFoundError, RefusedError
from iotevents.models import DetectorModel
from iotevents.recordings.messages_file import BadLine, Line, MessageLine, read_line
from iotevents.recordings.records import Record
from iotevents.recordings.replay import Entry, Replay, as_record
from iotevents.runtime.outcomes import Evaluated
from iotevents.runtime.routing import ModelRegistry
from iotevents.testing.coverage import Coverage, ReachedPlaces
from iotevents.testing.lookup import DetectorName, check_message, find_detector, missing_detector
from iotevents.testing.results import DetectorAction, DetectorFailure, SimulationResult, refusals, result_of
from iotevents.testing.run_coverage import RUN_COVERAGE
from iotevents.testing.snapshot import DetectorSnapshot, snapshot_of
from iotevents.testing.times import (
    Duration,
    Time,
    duration_milliseconds,
    epoch_milliseconds,
    iso_text,
    moment,
)

START: Final = 1_767_225_600_000
"""Where the clock begins if the first call names no time: 2026-01-01T00:00:00Z, in epoch milliseconds."""


def load(folder: str | PathLike[str], *, parameters: Mapping[str, Any] | None = None) -> "Simulation":
    """Return a new world of the inputs and detector models in the files of a folder, without any detector.

    `parameters` are values for the parameters of CloudFormation templates among the files. Raises
    DefinitionsError with everything that is wrong in any of the files.
    """
    definitions = load_definitions(Path(folder), parameters)
    return Simulation(definitions.models.values(), definitions.inputs)


class Simulation:
    """Simulated world of detectors, by the rules of `replay`: `load` makes one of a folder.

    The clock stands still until `send`, `call` or `advance` move it, and never runs backwards. Timers that
    are due fire first, each as of its deadline. Nothing is sent anywhere: `actions` has what detectors did.
    Times are epoch milliseconds, ISO 8601 or datetimes, in UTC unless they say otherwise.
    """

    def __init__(self, models: Iterable[DetectorModel], inputs: Iterable[str]) -> None:
        self._registry = ModelRegistry(models, inputs)
        self._replay = Replay(self._registry.models.values(), self._registry.inputs)
        self._repository = self._replay.repository
        self._now: int | None = None
        self._evaluations: list[Record] = []
        self._actions: list[DetectorAction] = []
        self._errors: list[DetectorFailure] = []
        self._reached = ReachedPlaces(self._registry.models.values())
        RUN_COVERAGE.add(self._reached)

    @property
    def now(self) -> datetime:
        """Return the time of the clock, in UTC: 2026-01-01T00:00:00Z until a call names another."""
        return moment(self._clock)

    @property
    def evaluations(self) -> tuple[Record, ...]:
        """Return all evaluations up to now, as objects that `replay --json` prints, in their order."""
        return tuple(self._evaluations)

    @property
    def actions(self) -> tuple[DetectorAction, ...]:
        """Return all actions that left a detector up to now, in their order."""
        return tuple(self._actions)

    @property
    def errors(self) -> tuple[DetectorFailure, ...]:
        """Return all errors in evaluations up to now, in their order."""
        return tuple(self._errors)

    def send(
        self,
        input_name: str,
        payload: Mapping[str, Any],
        *,
        at: Time | None = None,
        message_id: str | None = None,
    ) -> SimulationResult:
        """Send a message to an input, now or at a later time, and return what came of it.

        Timers that are due by then fire first, and are part of the result. A message with the `message_id`
        of an earlier one changes nothing for five minutes; the result says `duplicate`.

        Raises NotFoundError if there is no such input, RefusedError if the payload is not JSON or has no
        key for a model, ValueError if the time is before now or not a time. Nothing has happened then.
        """
        time = self._time(at)
        line = _line(time=time, inputName=input_name, messageId=message_id, payload=payload)
        if isinstance(line, MessageLine):
            check_message(self._registry, line)
        return self._take(time, self._replay.take(line))

    def call(self, operation: str, request: Mapping[str, Any], *, at: Time | None = None) -> SimulationResult:
        """Call an operation of the data plane, such as BatchUpdateDetector, and return what came of it.

        The request is the document of its body, as in a messages file. Raises RefusedError if any of its
        entries is refused (the others are done then, as in the API), ValueError as `send` does.
        """
        time = self._time(at)
        return self._take(time, self._replay.take(_line(time=time, operation=operation, request=request)))

    def advance(self, duration: Duration | None = None, *, to: Time | None = None) -> SimulationResult:
        """Let time pass, and return what the timers did that fired.

        `duration` is text like `1h30m` (units d, h, m, s, ms) or a timedelta; `to` is a time instead.
        Raises ValueError if it is neither or before now, TypeError unless exactly one of the two is there.
        """
        if (duration is None) == (to is None):
            raise TypeError('Say either for how long, advance("10m"), or until when, advance(to="…")')
        if duration is not None:
            to = self._clock + duration_milliseconds(duration)
        time = self._time(to)
        return self._take(time, self._replay.advance(time))

    def __getitem__(self, name: DetectorName) -> DetectorSnapshot:
        """Return a detector as it is now: `world["Model", "key"]`, `world["Model"]` if the model has no key.

        Raises NotFoundError, with the names that exist, if there is no such model or detector.
        """
        model, detector_id = find_detector(self._registry, self._repository, name)
        detector = self._repository.get(detector_id)
        if detector is None:
            raise NotFoundError(missing_detector(self._repository, detector_id))
        return snapshot_of(model, detector, self._clock)

    def __contains__(self, name: DetectorName) -> bool:
        """Return whether a detector exists now. Raises NotFoundError if its model does not."""
        _, detector_id = find_detector(self._registry, self._repository, name)
        return self._repository.get(detector_id) is not None

    def __repr__(self) -> str:
        return f"Simulation(now={iso_text(self._clock)}, detectors={len(self._repository.detectors)})"

    def coverage(self) -> Coverage:
        """Print and return which states, transitions and events with actions were reached, and how often."""
        coverage = self._reached.coverage()
        print(coverage)
        return coverage

    @property
    def _clock(self) -> int:
        return START if self._now is None else self._now

    def _time(self, at: Time | None) -> int:
        if at is None:
            return self._clock
        time = epoch_milliseconds(at)
        if self._now is not None and time < self._now:
            raise ValueError(
                f"{iso_text(time)} is before now, {iso_text(self._now)}: the clock never runs backwards"
            )
        return time

    def _take(self, time: int, entries: Iterable[Entry]) -> SimulationResult:
        """Let happen what the entries say, and keep it."""
        records = []
        for entry in entries:
            records.append(as_record(entry))
            if isinstance(entry, Evaluated):
                self._reached.add(entry)
        self._now = time
        result = result_of(records)
        self._evaluations += result.evaluations
        self._actions += result.actions
        self._errors += result.errors
        if refused := refusals(records):
            raise RefusedError("; ".join(_reason(record["rejected"]) for record in refused))
        return result


def _line(**members: Any) -> Line:
    """Return the line of a messages file that has these members. Raises RefusedError."""
    try:
        line = read_line(json.dumps(members))
    except (TypeError, ValueError, RecursionError) as error:
        raise RefusedError(f"The message is not JSON: {error}") from error
    if isinstance(line, BadLine):
        raise RefusedError(line.reason)
    return line


def _reason(refusal: Mapping[str, str]) -> str:
    return f"{refusal['errorCode']}: {refusal['errorMessage']}"
