"""Actions on their way: what was committed with a state is delivered, at least once, and then counts as done.

DISPATCHERS says how each type of action is delivered. Here all of them are written to the log: nothing leaves
the machine.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from iotevents.models import ACTION_TYPES
from iotevents.stores.records import StoredAction
from iotevents.stores.store import Store

logger = logging.getLogger(__name__)

TOGETHER: Final = 500
"""Actions that are delivered before they are noted as done."""

Dispatcher = Callable[[StoredAction], None]
"""Delivers an action; it may get the same one again, with the same id."""


def to_log(stored: StoredAction) -> None:
    """Write to the log that the action would be performed now."""
    one = stored.action
    logger.info("action %s %s of %s %s", one.type, one.id, one.found.model, one.found.key or "")


DISPATCHERS: Final[Mapping[str, Dispatcher]] = dict.fromkeys(ACTION_TYPES, to_log)
"""How each type of action is delivered."""


def deliver(store: Store, now: int) -> bool:
    """Deliver what waits, the oldest first and not too many; whether there may be more."""
    waiting = store.undelivered(TOGETHER)
    if not waiting:
        return False
    for one in waiting:
        DISPATCHERS[one.action.type](one)
    store.delivered(waiting, now)
    return len(waiting) == TOGETHER
