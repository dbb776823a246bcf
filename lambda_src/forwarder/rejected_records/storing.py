"""Storing the rejected records of an invocation before it returns."""

from collections.abc import Callable, Sequence
from concurrent.futures import wait

from forwarder.batches import in_batches
from forwarder.delivery.deadline import Deadline
from forwarder.delivery.pool import Pool

Put = Callable[[Sequence[int]], Sequence[bool]]
"""Puts the records at some indexes of the batch into the rejected-records queue; which of them it took."""

BATCH = 10
"""Entries of one SendMessageBatch (Amazon SQS API reference)."""


def store_all(
    entries: Sequence[int], put: Put, pool: Pool, deadline: Deadline, *, in_order: bool
) -> tuple[set[int], set[int]]:
    """Store records in batches while there is time; return those that are stored and those that failed.

    With `in_order` (Kinesis) one batch follows the other and the first failure ends it: the records behind
    it will be delivered again, and are in neither set. Otherwise all batches are under way together.
    """
    batches = in_batches(entries, BATCH)
    stored: set[int] = set()
    failed: set[int] = set()
    for together in [[batch] for batch in batches] if in_order else [batches]:
        tried = {entry for batch in together for entry in batch}
        stored |= _store(together, put, pool, deadline)
        failed |= tried - stored
        if in_order and failed:
            break
    return stored, failed


def _store(batches: Sequence[Sequence[int]], put: Put, pool: Pool, deadline: Deadline) -> set[int]:
    futures = {pool.submit(put, batch): batch for batch in batches}
    done, hanging = wait(futures, timeout=deadline.storing())
    if hanging:
        pool.abandon()
    return {
        entry
        for future in done
        for entry, taken in zip(futures[future], future.result(), strict=True)
        if taken
    }
