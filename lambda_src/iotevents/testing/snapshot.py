"""Snapshots of detectors, with the explanation of their state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from iotevents.engine.detector import Detector, Scalar
from iotevents.inspection.explanation import explain
from iotevents.inspection.explanation_text import lines_of
from iotevents.models import DetectorModel
from iotevents.testing.times import MILLISECOND


@dataclass(frozen=True, slots=True)
class DetectorSnapshot:
    """Snapshot of a detector. It does not change: ask the world again after the next message.

    `variables` has the values by name, `timers` the time that is left of each running timer.
    """

    model: str
    key: str | None
    state: str
    variables: Mapping[str, Scalar]
    timers: Mapping[str, timedelta]
    _model: DetectorModel = field(repr=False, compare=False)
    _detector: Detector = field(repr=False, compare=False)
    _now: int = field(repr=False, compare=False)

    def why(self) -> str:
        """Return the text of `explain`: why each transition out of the state is not taken now."""
        return "\n".join(lines_of(explain(self._model, self._detector, self._now)))


def snapshot_of(model: DetectorModel, detector: Detector, now: int) -> DetectorSnapshot:
    """Return a detector as it is at `now` (epoch milliseconds); it was evaluated at least once."""
    return DetectorSnapshot(
        model.name,
        detector.key,
        str(detector.state),
        dict(detector.variables),
        {name: (due - now) * MILLISECOND for name, due in detector.timers.items()},
        model,
        detector,
        now,
    )
