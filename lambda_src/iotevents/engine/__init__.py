"""The engine: what a message or a timer does to a detector, as pure functions of their arguments.

    detector = new_detector("pump-7", incarnation="0", now=0)
    message = MessageEvent("Pump", {"pressure": 80})
    result = step(model, detector, message, now)
    result.detector.state, result.effects

There is no I/O here and no clock: `now` is always an argument, in epoch milliseconds. Time passes by calling
`step` with `TIMER` at the earliest deadline (`next_deadline(detector)`).
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
