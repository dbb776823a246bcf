"""Parts of a record: sub-records of an aggregate, lines, elements of a split.

Each part that becomes a message has an id. One that an expression reads from the part itself names that part
wherever it stands; any other gets the position of the part, so that no part passes for another again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from forwarder.config.expressions import Expression
from forwarder.records import Message, Routed
from forwarder.routing.record_view import Element


def positions(element: Element, *, sub_record: bool = True) -> list[int]:
    """Return the positions of an element within its record, the outermost first; of a sub-record if asked."""
    sub, line = element.view.record.sub if sub_record else None, element.view.line
    index = element.index if element.split else None
    return [position for position in (sub, line, index) if position is not None]


def positions_unread(element: Element, expression: Expression) -> list[int]:
    """Return the positions of those parts that have all that the expression reads in common with others.

    `partitionKey` and `index` do not name a part: many sub-records have one key, and each array begins at 0.
    """
    sub, line = element.view.record.sub, element.view.line
    index = element.index if element.split else None
    if element.split and expression.reads("item"):
        return []
    if expression.reads("body"):
        sub = line = None
    elif expression.reads("envelope") or expression.reads("subSequenceNumber"):
        sub = None
    return [position for position in (sub, line, index) if position is not None]


def tell_all_apart(routed: Iterable[Routed]) -> list[Routed]:
    """Return the records of an event; the sub-records of each aggregate are told apart."""
    parts = list(routed)
    if not any(part.record.sub for part in parts):
        return parts
    told_apart: list[Routed] = []
    for _, group in groupby(parts, key=lambda part: part.record.position):
        told_apart += tell_apart(list(group))
    return told_apart


def tell_apart(parts: Sequence[Routed]) -> Sequence[Routed]:
    """Return parts of one record of the event: messages with one id and different content get positions."""
    messages = [message for part in parts for message in part.messages]
    if len(messages) < 2 or not (clashing := _clashing(messages)):
        return parts
    return [
        replace(part, messages=tuple([_positioned(message, clashing) for message in part.messages]))
        for part in parts
    ]


def _clashing(messages: Iterable[Message]) -> set[str]:
    """Return the ids that stand for different contents, of those that have no position yet."""
    first: dict[str, Message] = {}
    return {
        message.id
        for message in messages
        if message.positioned_id and not _is_same(first.setdefault(message.id, message), message)
    }


def _is_same(known: Message, message: Message) -> bool:
    return known is message or (known.input, known.payload) == (message.input, message.payload)


def _positioned(message: Message, clashing: set[str]) -> Message:
    if message.id not in clashing or not message.positioned_id:
        return message
    return replace(message, id=message.positioned_id)
