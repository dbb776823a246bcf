"""The outbox: actions committed with a state are delivered at least once, then marked as done.

DISPATCHERS has the delivery of each type of action. Here all of them are written to the log: nothing leaves
the machine.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from iotevents.models import ACTION_TYPES
from iotevents.stores.records import StoredAction
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

BATCH_SIZE: Final = 500
"""Actions that are delivered before they are marked as done."""

Dispatcher = Callable[[StoredAction], None]
"""Delivers an action; it may get the same action again, with the same id."""


def to_log(stored: StoredAction) -> None:
    """Log that the action would be performed now."""
    action = stored.action
    detector_id = action.detector_id
    logger.info("action %s %s of %s %s", action.type, action.id, detector_id.model, detector_id.key or "")


DISPATCHERS: Final[Mapping[str, Dispatcher]] = dict.fromkeys(ACTION_TYPES, to_log)
"""The dispatcher of each type of action."""


def deliver(store: Store, now: int) -> bool:
    """Deliver the oldest undelivered actions, a batch at most; return whether there may be more."""
    undelivered = store.undelivered(BATCH_SIZE)
    if not undelivered:
        return False
    for stored in undelivered:
        DISPATCHERS[stored.action.type](stored)
    store.delivered(undelivered, now)
    return len(undelivered) == BATCH_SIZE
