"""Putting the rejected records of an invocation away before it is answered."""

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
    """Store records batch by batch as long as there is time; return those of which it is certain, and those
    of which it was tried in vain.

    With `in_order` (Kinesis) one batch follows the other and the first failure ends it: what stands behind
    it will be delivered again, and is not tried. Otherwise all batches are under way together.
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
