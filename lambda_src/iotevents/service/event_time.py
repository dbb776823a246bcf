"""Event time: the times at which messages were sent, as far as they are plausible."""

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
    """Reader of the timestamps of messages; logs the first one that is not plausible."""

    def __init__(self) -> None:
        self._warned = False

    def of(self, message: Message, now: int) -> int:
        """Return epoch milliseconds; 0 without a timestamp, or for one that is too far ahead of `now`."""
        time = message.timestamp or 0
        if time <= now + AHEAD:
            return time
        if not self._warned:
            self._warned = True
            logger.warning(
                "the message %s of %s has the timestamp %d, more than a day after now: it runs at the time of"
                " the latest message. Check the sender's clock; further such messages are not logged",
                message.key.message_id,
                message.key.input_name,
                time,
            )
        return 0
