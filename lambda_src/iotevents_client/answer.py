"""Validation of an answer's raw body, because botocore's parsed form of it cannot be trusted.

botocore reads HTML, an empty body, `{}` and `""` alike as an answer without members. For BatchPutMessage that
would mean "no error entries": lost messages would count as accepted.
"""

import json
from typing import Any, NoReturn

from iotevents_client.errors import DoubtfulAnswerError

ENTRIES = "BatchPutMessageErrorEntries"


def check_answer(operation: str, status: int, content_type: str, body: bytes) -> None:
    """Raise DoubtfulAnswerError unless the body says what became of the call.

    For every operation that means a JSON object in UTF-8 without repeated names. For BatchPutMessage it must
    have `BatchPutMessageErrorEntries`, a list of objects or null. The other batches may leave their list out:
    the API reference of the alarm operations lets it be null when nothing failed.
    """
    reason = _flaw(operation, body)
    if reason is not None:
        raise DoubtfulAnswerError(operation, status, content_type, body, reason)


def _flaw(operation: str, body: bytes) -> str | None:
    try:
        answer = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return f"it is not JSON ({error})" if body else "it is empty"
    if not isinstance(answer, dict):
        return "it is JSON, but not an object"
    return _entries_flaw(answer) if operation == "BatchPutMessage" else None


def _entries_flaw(answer: dict[str, Any]) -> str | None:
    if ENTRIES not in answer:
        return f"it has no {ENTRIES}"
    entries = answer[ENTRIES]
    if entries is None:
        return None
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return None
    return f"its {ENTRIES} is not a list of objects"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return read


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


# Made once: with these hooks json.loads would build a decoder for every answer.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
