"""Envelopes that other services put around a message on its way to a queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forwarder.config.config import Config
from forwarder.decoding.body import parse_body
from forwarder.errors import Rejection
from forwarder.reasons import BAD_ENVELOPE

UNREAD: Any = object()
"""Placeholder of a value that is still to be parsed."""


@dataclass(frozen=True, slots=True)
class Content:
    """Message inside of an envelope: its value, if it is parsed already, or else its bytes."""

    data: bytes | None
    """None if the message is a value within the envelope."""
    value: Any = UNREAD
    envelope: Mapping[str, Any] | None = None
    """The envelope without its message."""


def open_envelope(config: Config, data: bytes, *, text: bool) -> Content:
    """Return the content of a record's data; raises Rejection if the configured envelope is missing."""
    if config.envelope == "none":
        return Content(data)
    if config.envelope == "auto":
        return _open_any(data, config.max_decompressed_bytes, text=text)
    outer = parse_body(data, config.max_decompressed_bytes, text=text)
    inner = _OPENERS[config.envelope](outer)
    if inner is None:
        raise Rejection(BAD_ENVELOPE, f"the body is no {_NAMES[config.envelope]}")
    return inner


def _open_any(data: bytes, cap: int, *, text: bool) -> Content:
    try:
        outer = parse_body(data, cap, text=text)
    except Rejection:
        return Content(data)
    opened = (opener(outer) for opener in _OPENERS.values())
    return next((content for content in opened if content), Content(data, outer))


def _open_sns(outer: Any) -> Content | None:
    # Amazon SNS developer guide, "HTTP/HTTPS notification JSON format": queues get the same.
    if not isinstance(outer, dict) or outer.get("Type") != "Notification":
        return None
    message = outer.get("Message")
    if not isinstance(message, str) or not isinstance(outer.get("TopicArn"), str):
        return None
    return Content(message.encode(), envelope=_without(outer, "Message"))


def _open_eventbridge(outer: Any) -> Content | None:
    # Amazon EventBridge user guide, "AWS service events": the members that every event has.
    if not isinstance(outer, dict) or "detail" not in outer:
        return None
    if not all(isinstance(outer.get(name), str) for name in ("detail-type", "source")):
        return None
    return Content(None, outer["detail"], _without(outer, "detail"))


_OPENERS: Mapping[str, Callable[[Any], Content | None]] = {"sns": _open_sns, "eventbridge": _open_eventbridge}
_NAMES = {"sns": "SNS notification (is raw message delivery on?)", "eventbridge": "EventBridge event"}


def _without(outer: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in outer.items() if key != name}
