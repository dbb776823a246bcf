"""BatchPutMessage: from the request's document to messages, and from refusals to the answer's document.

Source: https://docs.aws.amazon.com/iotevents/latest/apireference/API_iotevents-data_BatchPutMessage.html
"""

import binascii
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from iotevents.api.call_errors import entry_error
from iotevents.api.constraints import Member, integer, string, structure, text, violation, violations
from iotevents.errors import RequestError
from iotevents.messages import Message, make_message
from iotevents.runtime.outcomes import Refusal

MAX_MESSAGES = 10
"""Messages of one call, at most; the API's text says so, its model does not."""

_message_id, _input_name = text(1, 64, "[a-zA-Z0-9_-]+"), text(1, 128, "[a-zA-Z0-9][a-zA-Z0-9_.-]*")
_milliseconds = integer(1, 2**63 - 1)
_MESSAGE = (
    Member("messageId", _message_id),
    Member("inputName", _input_name),
    Member("payload", string),
    Member("timestamp", structure, required=False),
)
_TIMESTAMP = (Member("timeInMillis", _milliseconds, required=False),)


def read(document: Any) -> list[Message]:
    """Return the messages of a request. Raise RequestError with all violations."""
    if not _is_plainly_valid(document) and (texts := list(_violations(document))):
        raise RequestError(texts)
    messages = [_message(entry) for entry in document["messages"]]
    if undecoded := [
        violation(entry["payload"], f"messages.{position}.member.payload", "Member must be base64")
        for position, (entry, message) in enumerate(zip(document["messages"], messages, strict=True), start=1)
        if message is None
    ]:
        raise RequestError(undecoded)
    return [message for message in messages if message is not None]


def answer(messages: Sequence[Message], refusals: Sequence[Refusal | None]) -> dict[str, Any]:
    """Return the answer's document: an error entry for each message that was refused."""
    entries = [
        {"messageId": message.key.message_id, **entry_error(refusal)}
        for message, refusal in zip(messages, refusals, strict=True)
        if refusal is not None
    ]
    return {"BatchPutMessageErrorEntries": entries}


def _is_plainly_valid(document: Any) -> bool:
    """Return True if a quick check finds a request valid, as most are; `_violations` checks the others."""
    try:
        messages = document["messages"]
        ids = {entry["messageId"] for entry in messages if _is_plain_message(entry)}
    except (KeyError, TypeError):
        return False
    return 0 < len(messages) == len(ids) <= MAX_MESSAGES


def _is_plain_message(entry: dict[str, Any]) -> bool:
    failed = _message_id(entry["messageId"]) or _input_name(entry["inputName"]) or string(entry["payload"])
    timestamp = entry.get("timestamp")
    return not failed and (timestamp is None or not _milliseconds(timestamp["timeInMillis"]))


def _message(entry: dict[str, Any]) -> Message | None:
    try:
        payload = binascii.a2b_base64(entry["payload"], strict_mode=True)
    except ValueError:
        return None
    timestamp = entry.get("timestamp") or {}
    return make_message(entry["inputName"], entry["messageId"], payload, timestamp.get("timeInMillis"))


def _violations(document: Any) -> Iterator[str]:
    if not isinstance(document, dict):
        yield violation(document, "body", "Member must be an object")
        return
    match document.get("messages"):
        case None:
            yield violation(None, "messages", "Member must not be null")
        case list() as messages:
            yield from _list_violations(messages)
        case other:
            yield violation(other, "messages", "Member must be a list")


def _list_violations(messages: list[Any]) -> Iterator[str]:
    if not messages:
        yield violation([], "messages", "Member must have length greater than or equal to 1")
    if len(messages) > MAX_MESSAGES:
        shown = f"[{len(messages)} members]"
        yield violation(shown, "messages", f"Member must have length less than or equal to {MAX_MESSAGES}")
        return
    for position, entry in enumerate(messages, start=1):
        yield from _message_violations(entry, f"messages.{position}.member")
    yield from _repeated(messages)


def _message_violations(entry: Any, path: str) -> list[str]:
    texts = violations(_MESSAGE, entry, path)
    if isinstance(entry, dict) and isinstance(entry.get("timestamp"), dict):
        texts += violations(_TIMESTAMP, entry["timestamp"], f"{path}.timestamp")
    return texts


def _repeated(messages: list[Any]) -> Iterator[str]:
    ids = [
        entry["messageId"]
        for entry in messages
        if isinstance(entry, dict) and isinstance(entry.get("messageId"), str)
    ]
    if len(set(ids)) == len(ids):
        return
    for message_id, count in Counter(ids).items():
        if count > 1:
            yield violation(message_id, "messages", "Member messageId must be unique in the call")
