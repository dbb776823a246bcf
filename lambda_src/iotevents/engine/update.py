"""The effect of BatchUpdateDetector, an operation of the data plane, on a detector.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_BatchUpdateDetector.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iotevents.engine.actions import DurationError, period_of
from iotevents.engine.detector import Detector, Scalar
from iotevents.engine.message_payload import check_values
from iotevents.expressions import is_scalar
from iotevents.models import DetectorModel


@dataclass(frozen=True, slots=True)
class DetectorUpdate:
    """New state of a detector; variables as the JSON text of their values, timers in seconds from now."""

    state: str
    variables: Sequence[tuple[str, str]]
    timers: Sequence[tuple[str, int]]


class UpdateError(ValueError):
    """Invalid update of a detector; the text says why."""


def update(model: DetectorModel, detector: Detector, new: DetectorUpdate, now: int) -> Detector:
    """Put a detector into a state, without running `onExit` or `onEnter`. Raise UpdateError.

    All variables and timers are replaced; those not listed are cleared. The last payloads of inputs are
    forgotten: they belong to the time before. Durations that are not listed stay remembered, as after
    clearTimer.
    """
    if new.state not in model.states:
        raise UpdateError(f"The detector model {model.name} has no state {new.state}")
    periods = {name: _period(name, seconds) for name, seconds in new.timers}
    return detector._replace(
        state=new.state,
        variables=_variables(new.variables),
        timers={name: now + period for name, period in periods.items()},
        periods={**detector.periods, **periods},
        inputs={},
        version=detector.version + 1,
        updated=now,
    )


def _variables(variables: Sequence[tuple[str, str]]) -> Mapping[str, Scalar]:
    return {name: variable_value(name, text) for name, text in variables}


def variable_value(name: str, text: str) -> Scalar:
    """Parse the JSON text of a variable's value: `10`, `15.0`, `false`, `"01"`. Raise UpdateError."""
    try:
        value = json.loads(text)
        check_values(value)
    except (ValueError, RecursionError) as error:
        raise UpdateError(
            f"The value of the variable {name} must be the JSON text of a number, a Boolean or a string, "
            f'such as 22, true or "on" with its quotes: {error}'
        ) from error
    if not is_scalar(value):
        raise UpdateError(f"The value of the variable {name} must be a number, a Boolean or a string")
    scalar: Scalar = value
    return scalar


def _period(name: str, seconds: int) -> int:
    try:
        return period_of(seconds)
    except DurationError as error:
        raise UpdateError(f"The timer {name} was not set: {error}") from error
