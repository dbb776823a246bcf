"""From a record to its messages: the first route that takes it says what they are.

A record is judged whole: if one message cannot be made of it, it has problems and no messages.
"""

from collections.abc import Iterable
from typing import Any

from forwarder.config.config import Config
from forwarder.config.expressions import Expression, is_true
from forwarder.config.routes import Route
from forwarder.config.validators import INPUT_NAME, INPUT_NAME_RULE
from forwarder.decoding import strict_json
from forwarder.errors import Rejection
from forwarder.reasons import BAD_INPUT_NAME, NO_ROUTE, NOT_AN_ARRAY, NOT_AN_OBJECT, PAYLOAD_TOO_LARGE
from forwarder.records import Message, Problem, Record, Routed, Source
from forwarder.routing.message_ids import derived_id, element_id, id_from_data
from forwarder.routing.record_view import Element, RecordView
from forwarder.routing.timestamps import read_timestamp

MOST_PROBLEMS = 100
"""Problems kept of one record; those of further elements would only repeat them."""


def route_record(config: Config, record: Record) -> Routed:
    """Return what becomes of a record; whatever is wrong with its data is among the problems."""
    if record.problem is not None:
        return Routed(record, problems=(record.problem,))
    view = RecordView(config, record)
    number: int | None = None
    try:
        number = _choose(config, view)
        if number is None:
            return _unrouted(config, view)
        return _build(config, number, view)
    except Rejection as error:
        return Routed(record, problems=(Problem(error.code, error.text),), route=number)


def _choose(config: Config, view: RecordView) -> int | None:
    """Return the index of the first route whose `when` holds."""
    for number, route in enumerate(config.routes):
        if route.when is None or is_true(route.when.search(view.document(route.when))):
            return number
    return None


def _unrouted(config: Config, view: RecordView) -> Routed:
    """No route holds: if that may be because the record is unreadable, then this is the reason."""
    for route in config.routes:
        if route.when:
            view.require(route.when)
    if config.unrouted == "reject":
        raise Rejection(NO_ROUTE, "no route takes it (unrouted: reject)")
    return Routed(view.record)


def _build(config: Config, number: int, view: RecordView) -> Routed:
    route = config.routes[number]
    messages: list[Message] = []
    problems: list[Problem] = []
    illegal_timestamps = 0
    for element in _elements(route, view):
        made, illegal = _make(config, route, element)
        illegal_timestamps += illegal
        if isinstance(made, Message):
            messages.append(made)
        elif len(problems) < MOST_PROBLEMS:
            problems.append(made)
    whole = () if problems else tuple(messages)
    return Routed(view.record, whole, tuple(problems), number, illegal_timestamps)


def _elements(route: Route, view: RecordView) -> Iterable[Element]:
    """Return what a message is made of each: the record, or the items it is split into."""
    if route.format == "bytes":
        return (Element(view),)
    body = view.body()
    if route.split is None:
        return (Element(view, item=body),)
    items = route.split.search(view.document(route.split))
    if not isinstance(items, list):
        raise Rejection(NOT_AN_ARRAY, f"{_named(route.split)} gave {_kind(items)}, no array")
    return (Element(view, index, item, split=True) for index, item in enumerate(items))


def _make(config: Config, route: Route, element: Element) -> tuple[Message | Problem, bool]:
    """Return the message of an element, or why there is none, and whether its timestamp was illegal."""
    message_id: str | None = None
    try:
        message_id = _message_id(route, element)
        payload = _payload(route, element, config.max_payload_bytes)
        timestamp, illegal = _timestamp(route, element)
        message = Message(
            id=message_id,
            input=_input_name(route, element),
            payload=payload,
            timestamp=timestamp,
            key=_key(route, element),
            index=element.index,
            unknown_input=config.on_unknown_input or ("retry" if route.input_name else "reject"),
        )
    except Rejection as error:
        return Problem(error.code, error.text, element.index, message_id), False
    return message, illegal


def _message_id(route: Route, element: Element) -> str:
    given = id_from_data(element.search(route.message_id_from)) if route.message_id_from else None
    base = given or derived_id(element.view.record)
    return element_id(base, element.index) if element.split else base


def _payload(route: Route, element: Element, most: int) -> bytes:
    payload = element.view.content() if route.format == "bytes" else _json_payload(route, element)
    if len(payload) > most:
        raise Rejection(
            PAYLOAD_TOO_LARGE, f"the payload has {len(payload)} bytes, maxPayloadBytes allows {most}"
        )
    return payload


def _json_payload(route: Route, element: Element) -> bytes:
    value = element.search(route.payload_from) if route.payload_from else element.item
    if not isinstance(value, dict):
        made = f"{_named(route.payload_from)} gave" if route.payload_from else "the payload is"
        raise Rejection(NOT_AN_OBJECT, f"{made} {_kind(value)}, no object")
    return strict_json.dump(value)


def _input_name(route: Route, element: Element) -> str:
    if route.input_name_from is None:
        return str(route.input_name)
    name = element.search(route.input_name_from)
    if not isinstance(name, str):
        raise Rejection(BAD_INPUT_NAME, f"{_named(route.input_name_from)} gave {_kind(name)}, no text")
    if not INPUT_NAME.fullmatch(name):
        text = f"gave {len(name)} characters that are no input name ({INPUT_NAME_RULE})"
        raise Rejection(BAD_INPUT_NAME, f"{_named(route.input_name_from)} {text}")
    return name


def _timestamp(route: Route, element: Element) -> tuple[int, bool]:
    """Return the timestamp, and whether the record's arrival had to stand in for it."""
    arrival = element.view.record.arrival
    if route.timestamp_from is None:
        return arrival, False
    found = read_timestamp(element.search(route.timestamp_from))
    return (arrival, True) if found is None else (found, False)


def _key(route: Route, element: Element) -> str | None:
    """A FIFO queue's order is that of its groups, whatever the route says."""
    record = element.view.record
    if route.key_from is None or record.source is Source.FIFO:
        return record.key
    key = element.search(route.key_from)
    return key if key is None or isinstance(key, str) else strict_json.dump(key).decode()


def _named(expression: Expression) -> str:
    return f"{expression.key}: {expression.text}"


_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "text",
    list: "an array",
}


def _kind(value: Any) -> str:
    """What a value is, for messages: never the value, which may be confidential."""
    return _KINDS.get(type(value), "an object")
