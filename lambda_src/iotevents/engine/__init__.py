"""The engine: the effect of a message or a timer on a detector, as pure functions of their arguments.

    detector = new_detector("pump-7", incarnation="0", now=0)
    message = MessageEvent("Pump", {"pressure": 80})
    result = step(model, detector, message, now)
    result.detector.state, result.effects

In go a model, a detector, a trigger and the time; out come the new detector, the actions that leave it and
the errors. `step.py` is the entrance. There is no I/O and no clock: `now` is always an argument, in epoch
milliseconds. Time passes by calling `step` with `TIMER` at the next deadline (`next_deadline(detector)`).
"""

from iotevents.engine.effects import Condition, Effect, Failure
from iotevents.engine.step import Step, step
from iotevents.engine.triggers import TIMER, MessageEvent, TimerEvent, Trigger
from iotevents.engine.update import DetectorUpdate, UpdateError, update

__all__ = [
    "TIMER",
    "Condition",
    "DetectorUpdate",
    "Effect",
    "Failure",
    "MessageEvent",
    "Step",
    "TimerEvent",
    "Trigger",
    "UpdateError",
    "step",
    "update",
]
