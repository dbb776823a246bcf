"""Storing the rejected records of an invocation before it returns."""

from collections.abc import Callable, Sequence
from concurrent.futures import wait
from typing import TypeVar

from forwarder.batches import in_batches
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.pool import Pool

Item = TypeVar("Item")

BATCH = 10
"""Entries of one SendMessageBatch (Amazon SQS API reference)."""


def store_all(
    records: Sequence[Item],
    put: Callable[[Sequence[Item]], Sequence[bool]],
    pool: Pool,
    deadline: Deadline,
    *,
    in_order: bool,
) -> dict[Item, bool]:
    """Store records in batches while there is time; return of each that was tried whether it is stored.

    `put` sends a batch and returns for each record whether the queue took it. With `in_order` (Kinesis) one
    batch follows the other and the first failure ends it: the records behind it will be delivered again, and
    are not tried. Otherwise all batches are under way together.
    """
    batches = in_batches(records, BATCH)
    stored: dict[Item, bool] = {}
    for together in [[batch] for batch in batches] if in_order else [batches]:
        stored |= {record: False for batch in together for record in batch}
        stored |= _store(together, put, pool, deadline)
        if in_order and not all(stored.values()):
            break
    return stored


def _store(
    batches: Sequence[Sequence[Item]],
    put: Callable[[Sequence[Item]], Sequence[bool]],
    pool: Pool,
    deadline: Deadline,
) -> dict[Item, bool]:
    """Send batches together; return the answers that came in time."""
    futures = {pool.submit(put, batch): batch for batch in batches}
    done, hanging = wait(futures, timeout=deadline.storing())
    if hanging:
        pool.abandon()
    return {
        record: taken
        for future in done
        for record, taken in zip(futures[future], future.result(), strict=True)
    }
