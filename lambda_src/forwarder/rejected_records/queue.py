"""Sending documents to the rejected-records queue: a document that it does not confirm is not stored."""

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from forwarder.rejected_records.encoder import LIMIT

MAX_ENTRIES = 10
"""Entries of a SendMessageBatch at most, with LIMIT bytes together at most (Amazon SQS API reference)."""

_LOGGER = logging.getLogger(__name__)
_HOST = re.compile(r"(?:sqs|sqs-fips)\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)")

_URL_REGION = re.compile(r"(?:^|[./])([a-z]{2}(?:-[a-z]+)+-[0-9]+)(?=[./]|$)")
_US_EAST_1 = ("queue.amazonaws.com", "sqs.amazonaws.com")
"""Hosts of old URLs; those of other regions name them: `eu-west-1.queue.amazonaws.com`."""


def region_of(url: str) -> str | None:
    """Return the region that a queue's URL names; None if its host is not one of SQS."""
    match = _HOST.fullmatch(urlsplit(url).hostname or "")
    return match[1] if match else None


def is_url_of(url: str, arn: str) -> bool:
    """Return whether a queue's URL, in any of its forms, names the queue that has the ARN.

    A URL without a region (of a local stand-in) is one of the region where the function runs, and so is the
    queue that feeds a function.
    """
    parts = urlsplit(url)
    *before, account, name = ["", "", *(part for part in parts.path.split("/") if part)]
    region = _URL_REGION.search("/".join([parts.hostname or "", *before]))
    known = region[1] if region else "us-east-1" if parts.hostname in _US_EAST_1 else None
    source = arn.split(":")
    return source[2:3] == ["sqs"] and source[4:] == [account, name] and known in (None, source[3])


class RejectedQueue:
    """Rejected-records queue at a URL, called by a boto3 client of SQS."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, bodies: Sequence[str]) -> list[bool]:
        """Send bodies, in as few calls as their sizes allow; return for each whether the queue has it.

        It never raises: why a body was not taken goes to the log, once for all of them.
        """
        stored: set[int] = set()
        reasons: list[str] = []
        for batch in _batches([len(body.encode()) for body in bodies]):
            stored |= self._send({index: bodies[index] for index in batch}, reasons)
        if len(stored) < len(bodies):
            why = "; ".join(dict.fromkeys(reasons)) or "the answer does not confirm them"
            count = len(bodies) - len(stored)
            _LOGGER.warning("the rejected-records queue did not take %d of %d: %s", count, len(bodies), why)
        return [index in stored for index in range(len(bodies))]

    def _send(self, batch: dict[int, str], reasons: list[str]) -> set[int]:
        """Make one call; return the indexes of the bodies that its answer confirms."""
        entries = [{"Id": str(index), "MessageBody": body} for index, body in batch.items()]
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        except Exception as error:  # noqa: BLE001  odd answers make botocore raise all kinds of errors
            reasons.append(f"{type(error).__name__}: {error}")
            return set()
        failed = answer.get("Failed", [])
        reasons += [f"{entry.get('Code')}: {entry.get('Message')}" for entry in failed]
        confirmed = _ids(answer.get("Successful", [])) - _ids(failed)
        return {index for index in batch if str(index) in confirmed}


def _ids(entries: Collection[dict[str, Any]]) -> set[str]:
    return {str(entry.get("Id")) for entry in entries}


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield the indexes of bodies that go in one call, in order; `sizes` in bytes."""
    batch: list[int] = []
    for index, size in enumerate(sizes):
        full = len(batch) == MAX_ENTRIES or sum(sizes[member] for member in batch) + size > LIMIT
        if batch and full:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
