"""Time limits of an invocation: what is left, and what may still be started in it."""

from collections.abc import Callable

from forwarder.errors import ConfigError

SETTLING = 1.0
"""Seconds kept free behind the last call, to store rejected records and to respond."""
GRACE = 0.5
"""Seconds before the deadline at which waiting for calls in flight ends."""
ANSWERING = 0.2
"""Seconds before the deadline at which waiting for stored records ends."""
STORING = 0.1
"""Seconds kept free for each batch of rejected records that is already known, …"""
MOST_STORING = 0.25
"""… but no more than this part of the invocation's time: the rest of them can be stored next time."""
DUPLICATE_WINDOW = 300
"""Seconds in which the target recognises a repeated message id (BatchPutMessage)."""
REDELIVERY = 20
"""Seconds that Lambda may take to poll a message that is visible again."""
READING = 0.5
"""Part of the time in which calls may still start that reading the event may take."""


class Deadline:
    """End of the invocation: `remaining` gives the seconds left, `call` is how many a call takes at most."""

    def __init__(self, remaining: Callable[[], float], call: float) -> None:
        self.remaining = remaining
        self._call = call
        self._at_start = remaining()
        self._most_storing = MOST_STORING * self._at_start
        time_for_calls = self._at_start - call - SETTLING
        self._too_short = time_for_calls < 0
        self._reading_ends = self._at_start - READING * time_for_calls

    def may_call(self, batches_to_store: int = 0) -> bool:
        """Return whether a call that starts now leaves time to store rejected records and to respond."""
        storing = min(STORING * batches_to_store, self._most_storing)
        return self.remaining() >= self._call + SETTLING + storing

    def may_read(self) -> bool:
        """Return whether a further record may be read: reading leaves time to send what was read.

        In an invocation too short for any call it may: `check` tells of that.
        """
        return self._too_short or self.remaining() > self._reading_ends

    def grace(self) -> float:
        """Return the seconds for which calls in flight may still be waited for."""
        return self.remaining() - GRACE

    def storing(self) -> float:
        """Return the seconds for which the storing of rejected records may still be waited for."""
        return max(0.0, self.remaining() - ANSWERING)

    def check(self) -> None:
        """Raise ConfigError if not even one call would have fitted into the invocation at its start."""
        if self._too_short:
            needs = f"a call may take {self._call:g} s and settling {SETTLING:g} s"
            problem = (
                f"connectTimeout, readTimeout: {needs}, but the function has {self._at_start:.1f} s left"
            )
            problem += " at its start; raise its timeout, or lower these"
            raise ConfigError([problem])
