"""When messages were sent by their own word, as far as that is believed."""

import logging
from typing import Final

from iotevents.messages import Message

logger = logging.getLogger(__name__)

AHEAD: Final = 86_400_000
"""Milliseconds that a message's time may be ahead of this machine's clock; local times are, by hours.

A clock that one wrong message set years ahead would let each timer fire millions of times, and stand still
for all messages that come later.
"""


class EventTime:
    """Reads the times of messages, and tells the log of the first one that is not believed."""

    def __init__(self) -> None:
        self._told = False

    def of(self, message: Message, now: int) -> int:
        """Epoch milliseconds; 0 if the message says nothing, or a time too far ahead of `now`."""
        time = message.timestamp or 0
        if time <= now + AHEAD:
            return time
        if not self._told:
            self._told = True
            logger.warning(
                "the message %s of %s was sent at %d by its own word, more than a day after now: it runs at"
                " the time of the latest message. Look at the sender's clock; further ones are not told",
                message.key.message_id,
                message.key.input_name,
                time,
            )
        return 0
