"""Outside world of a delivery: calls to the target, the rejected-records queue, threads and time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forwarder.delivery import retries
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.pool import Pool
from forwarder.delivery.tasks import RecordState

Send = Callable[[list[dict[str, Any]]], dict[str, Any]]
"""Makes one BatchPutMessage call: entries in, the parsed response out; raises what the client raises."""
Store = Callable[[RecordState], bool]
"""Puts a record into the rejected-records queue; returns whether that worked."""


@dataclass(frozen=True, slots=True)
class DeliveryIO:
    """Calls, threads and limits of a delivery; `send` and `store` are called in the threads of `pool`."""

    send: Send
    store: Store
    pool: Pool
    deadline: Deadline
    backoff: float = retries.BASE
    """Seconds: the bound of the first retry's delay."""
