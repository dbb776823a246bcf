"""A running detector as plain data: what its model needs to go on from here."""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Scalar: TypeAlias = bool | int | float | str


class DetectorId(NamedTuple):
    """What a detector is found by; the key is None if its model has no key."""

    model: str
    key: str | None


class Detector(NamedTuple):
    """One detector between two evaluations. All members are JSON values; none is ever changed in place.

    `state` is None before the first evaluation. `timers` holds the deadlines of the running timers, `periods`
    the last duration of every timer that was ever set, `inputs` the last payload of each input; times and
    durations are milliseconds. `version` counts the evaluations and updates. `incarnation` tells a detector
    from an earlier one of the same key that was deleted.
    """

    key: str | None
    state: str | None
    variables: Mapping[str, Scalar]
    timers: Mapping[str, int]
    periods: Mapping[str, int]
    inputs: Mapping[str, dict[str, Any]]
    version: int
    incarnation: str
    created: int
    updated: int


def new_detector(key: str | None, incarnation: str, now: int) -> Detector:
    """A detector that no evaluation has seen yet: the first one lets it enter the initial state."""
    return Detector(key, None, {}, {}, {}, {}, 0, incarnation, now, now)


def next_deadline(detector: Detector) -> int | None:
    """The earliest deadline of its timers."""
    return min(detector.timers.values()) if detector.timers else None
