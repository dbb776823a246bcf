"""Meaning of a function's response to Lambda (developer guide, "Handling errors for an SQS event
source" and "Configuring partial batch response with Kinesis Data Streams and Lambda").

| response | meaning |
|---|---|
| null, {}, `batchItemFailures` null, empty or missing (so also: misspelled) | all records are done |
| a list of identifiers of the batch | these have failed |
| an identifier that is null, empty, missing, or not of this batch | all have failed |
| anything else, an exception, a timeout | all have failed |

For a Kinesis batch the guide does not say what an unknown identifier means; the model takes it for a failure.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """Records that have failed; `error` is the reason if the invocation failed as a whole."""

    failed: frozenset[str]
    error: str | None = None


def judge(response: Any, ids: Sequence[str], *, reporting: bool = True) -> Verdict:
    """Return what a response means for the records `ids` of its batch.

    Without `reporting` (ReportBatchItemFailures is not among the mapping's FunctionResponseTypes) Lambda does
    not look into it: any normal return is success.
    """
    if not _is_json(response):
        return failure(ids, "the response is not JSON")
    if not reporting or response is None:
        return Verdict(frozenset())
    if not isinstance(response, dict):
        return failure(ids, "the response is not an object")
    return _judge_items(response.get("batchItemFailures") or [], ids)


def judge_call(call: Callable[[], Any], ids: Sequence[str], *, reporting: bool = True) -> tuple[Any, Verdict]:
    """Call the function and return its response and what it means; whatever it raises fails the batch."""
    try:
        response = call()
    except Exception as error:  # noqa: BLE001  Lambda turns every exception into a function error, so does its model
        return None, failure(ids, f"{type(error).__name__}: {error}")
    return response, judge(response, ids, reporting=reporting)


def failure(ids: Sequence[str], error: str) -> Verdict:
    """Return the verdict on an invocation that failed as a whole."""
    return Verdict(frozenset(ids), error)


def _judge_items(items: Any, ids: Sequence[str]) -> Verdict:
    if not isinstance(items, list):
        return failure(ids, "batchItemFailures is not a list")
    named = [item.get("itemIdentifier") if isinstance(item, dict) else None for item in items]
    if strange := [identifier for identifier in named if identifier not in ids]:
        return failure(ids, f"itemIdentifier {strange[0]!r} is not of this batch")
    return Verdict(frozenset(record for record in ids if record in named))


def _is_json(response: Any) -> bool:
    try:
        json.dumps(response)
    except (TypeError, ValueError):
        return False
    return True
