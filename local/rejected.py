"""The demo's view of the rejected-records queue."""

from forwarder.rejected_records import decoder

from local.books import Rejected


def parse(body: str) -> Rejected:
    """Return which record a document is about, and why it was rejected; raises RejectedRecordError."""
    record = decoder.parse(body)
    return Rejected(record.id, record.codes)
