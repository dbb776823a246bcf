"""The real server in a thread, with faults where a test asks for them.

    from local import faults

    with faults.FaultyEndpoint(["Rooms"]) as endpoint:    # takes any calls to endpoint.url ...
        endpoint.fail(faults.throttled(), times=2)        # ... but the first two
        endpoint.fail(faults.reset(stored=True), calls={5, 6})     # counted from 0
        endpoint.fail(faults.refused(), message="m-17")   # every call with this message in it
        endpoint.fail(faults.slow(0.1), message=lambda one: one.input_name == "Slow")
        endpoint.fail_entry("ThrottlingException", message="m-3", times=1)
        endpoint.plan([None, faults.failed(), faults.odd_body("html")])    # by call number
        ...
        endpoint.accepted_ids()                           # what the store holds, in order
        endpoint.calls                                    # every call as it was received
        endpoint.reset()                                  # a new store, no faults, no calls

The first rule of `plan` and `fail` that fits a call decides what becomes of it. A rule fits while its `times`
last (None: for ever), for the call numbers in `calls` (None: all) and for calls with a message that `message`
names (an id, a predicate on SentMessage, None: all). Rules of `fail_entry` are for single messages: those
that fit get an error entry and are not stored; the rest of their call is. They apply whenever a call reaches
the server, also after a `slow` or before a fault with `stored=True`.

Start it once a session and reset it between tests.
"""

from local.faults.calls import Call, SentMessage
from local.faults.endpoint import FaultyEndpoint
from local.faults.kinds import (
    NULL_ENTRIES,
    ODD_BODIES,
    Exchange,
    Fault,
    Reply,
    bare_400,
    cut,
    drip,
    error,
    failed,
    forbidden,
    foreign_entry,
    null_entries,
    odd_body,
    refused,
    replied,
    reset,
    slow,
    throttled,
    unavailable,
)

__all__ = [
    "NULL_ENTRIES",
    "ODD_BODIES",
    "Call",
    "Exchange",
    "Fault",
    "FaultyEndpoint",
    "Reply",
    "SentMessage",
    "bare_400",
    "cut",
    "drip",
    "error",
    "failed",
    "forbidden",
    "foreign_entry",
    "null_entries",
    "odd_body",
    "refused",
    "replied",
    "reset",
    "slow",
    "throttled",
    "unavailable",
]
