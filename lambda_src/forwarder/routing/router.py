"""From a record to its messages: the first route that takes the record says what they are.

A record, or each of its lines, is routed whole: if one of its messages cannot be built, it has problems and
no messages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from forwarder.config.config import Config
from forwarder.config.expressions import Expression
from forwarder.config.routes import Route
from forwarder.config.validators import INPUT_NAME, INPUT_NAME_RULE
from forwarder.decoding import strict_json
from forwarder.decoding.service_documents import known_document, service_message
from forwarder.errors import Rejection
from forwarder.reasons import (
    BAD_INPUT_NAME,
    NO_ROUTE,
    NOT_AN_ARRAY,
    NOT_AN_OBJECT,
    PAYLOAD_TOO_LARGE,
    SERVICE_MESSAGE,
    Reason,
)
from forwarder.records import Message, Problem, Record, Routed, Source
from forwarder.routing.message_ids import derived_id, id_from_data, part_id
from forwarder.routing.parts import positions, positions_unread, tell_apart
from forwarder.routing.record_view import Element, RecordView
from forwarder.timestamps import read_timestamp

MAX_PROBLEMS = 100
"""Problems kept of one record, or line, at most; those of further elements would only repeat them."""
MAX_LINE_PROBLEMS = 1000
"""Problems kept of all lines of a record."""


def route_record(config: Config, record: Record) -> Routed:
    """Return the messages of a record, or its problems; never raises for its data."""
    if record.problem is not None:
        return Routed(record, problems=(record.problem,))
    if record.is_empty:
        return Routed(record)
    if text := service_message(record.data, config.max_decompressed_bytes):
        return _service_message(config, record, text)
    view = RecordView(config, record)
    routed = _route(config, view) if config.body_format == "json" else _route_lines(config, view)
    if len(routed.messages) > 1:
        routed = tell_apart([routed])[0]
    return _named_aggregate(routed) if record.aggregate_fault and routed.problems else routed


def elements_of(config: Config, record: Record) -> Iterator[tuple[Route, Element]]:
    """Yield each part of a record that becomes a message, with its route, to explain the message."""
    view = RecordView(config, record)
    for part in [view] if config.body_format == "json" else view.lines():
        try:
            number = _choose(config, part)
            if number is not None and not config.routes[number].drop:
                route = config.routes[number]
                yield from [(route, element) for element in _elements(route, part)]
        except Rejection:
            continue


def _service_message(config: Config, record: Record, text: str) -> Routed:
    """Return what SNS or S3 said as dropped or rejected: it is nobody's telemetry, so no route sends it.

    A route that drops may take it; it sees the document itself as the body, whatever the envelope is.
    """
    view = RecordView(replace(config, envelope="none"), record)
    for number, route in enumerate(config.routes):
        if route.drop and route.when is not None and view.holds(route.when) and view.can_read([route.when]):
            return Routed(record, route=number)
    if config.unrouted == "drop":
        return Routed(record)
    return Routed(record, problems=(Problem(Reason(SERVICE_MESSAGE, text)),))


def _route_lines(config: Config, view: RecordView) -> Routed:
    """Return the messages of the good lines of a record, and the problems of the others."""
    messages: list[Message] = []
    problems: list[Problem] = []
    routes: set[int | None] = set()
    illegal_timestamps = 0
    for line_view in view.lines():
        line = _route(config, line_view)
        messages += line.messages
        problems += line.problems
        routes.add(line.route)
        illegal_timestamps += line.illegal_timestamps
    return Routed(
        view.record,
        tuple(messages),
        _limited(problems),
        routes.copy().pop() if len(routes) == 1 else None,
        illegal_timestamps,
        frozenset(route for route in routes if route is not None),
    )


def _limited(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the first problems of a record; the last of them has how many are left out."""
    if len(problems) <= MAX_LINE_PROBLEMS:
        return tuple(problems)
    *first, last = problems[:MAX_LINE_PROBLEMS]
    return (*first, replace(last, omitted=len(problems) - MAX_LINE_PROBLEMS))


def _named_aggregate(routed: Routed) -> Routed:
    """Say in each problem that the record looks like an aggregate, which its source may not know."""
    fault = f"a KPL aggregate that cannot be read ({routed.record.aggregate_fault})"
    problems = [
        replace(problem, reason=Reason(problem.reason.code, f"{fault}: {problem.reason.text}"))
        for problem in routed.problems
    ]
    return replace(routed, problems=tuple(problems))


def _route(config: Config, view: RecordView) -> Routed:
    number: int | None = None
    try:
        number = _choose(config, view)
        if number is None:
            return _unrouted(config, view)
        return _build(config, number, view)
    except Rejection as error:
        return Routed(view.record, problems=(Problem(error.reason, line=view.line),), route=number)


def _choose(config: Config, view: RecordView) -> int | None:
    """Return the index of the first route whose `when` holds.

    A route that drops takes nothing that it, or a route before it, cannot read: `body.kind != 'x'` holds for
    null too.
    """
    for number, route in enumerate(config.routes):
        if route.when is not None and not view.holds(route.when):
            continue
        if not route.drop or view.can_read(route.when for route in config.routes[: number + 1] if route.when):
            return number
    return None


def _unrouted(config: Config, view: RecordView) -> Routed:
    """Return a record that no route takes as dropped, or raise Rejection.

    If the record cannot be decoded, this may be why no `when` holds: then it is the reason.
    """
    for route in config.routes:
        if route.when:
            view.require(route.when)
    if config.unrouted == "reject":
        raise Rejection(NO_ROUTE, f"no route takes it (unrouted: reject){_hint(view.body_or_none())}")
    return Routed(view.record)


def _build(config: Config, number: int, view: RecordView) -> Routed:
    route = config.routes[number]
    if route.drop:
        return Routed(view.record, route=number)
    messages: list[Message] = []
    problems: list[Problem] = []
    illegal_timestamps = 0
    for element in _elements(route, view):
        built, illegal = _build_message(config, route, element)
        illegal_timestamps += illegal
        if isinstance(built, Message):
            messages.append(built)
        elif len(problems) < MAX_PROBLEMS:
            problems.append(built)
    return Routed(
        view.record, () if problems else tuple(messages), tuple(problems), number, illegal_timestamps
    )


def _elements(route: Route, view: RecordView) -> Iterable[Element]:
    """Return the parts that become a message each: the whole record, or the items it is split into."""
    if route.format == "bytes":
        return (Element(view),)
    body = view.body()
    if route.split is None:
        return (Element(view, item=body),)
    items = view.search(route.split)
    if not isinstance(items, list):
        raise Rejection(NOT_AN_ARRAY, f"{_named(route.split)} gave {_kind(items)}, no array")
    return (Element(view, index, item, split=True) for index, item in enumerate(items))


def _build_message(config: Config, route: Route, element: Element) -> tuple[Message | Problem, bool]:
    """Return the message of an element, or its problem, and whether its timestamp was illegal."""
    message_id: str | None = None
    try:
        message_id, positioned_id = _ids(route, element)
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
            positioned_id=positioned_id,
            line=element.view.line,
        )
    except Rejection as error:
        return Problem(error.reason, element.index, message_id, element.view.line), False
    return message, illegal


def _ids(route: Route, element: Element) -> tuple[str, str]:
    """Return the message id, and the id with all positions if that is another one, or else ""."""
    expression = route.message_id_from
    own_id = id_from_data(element.search(expression)) if expression else None
    base = derived_id(element.view.record) if own_id is None else own_id
    if not element.is_part:
        return base, ""
    if own_id is None or expression is None:
        return part_id(base, *positions(element, sub_record=False)), ""
    everything, unread = positions(element), positions_unread(element, expression)
    return part_id(base, *unread), part_id(base, *everything) if unread != everything else ""


def _payload(route: Route, element: Element, limit: int) -> bytes:
    payload = element.view.content() if route.format == "bytes" else _json_payload(route, element)
    if len(payload) > limit:
        raise Rejection(
            PAYLOAD_TOO_LARGE, f"the payload has {len(payload)} bytes, maxPayloadBytes allows {limit}"
        )
    return payload


def _json_payload(route: Route, element: Element) -> bytes:
    value = element.search(route.payload_from) if route.payload_from else element.item
    if not isinstance(value, dict):
        subject = f"{_named(route.payload_from)} gave" if route.payload_from else "the payload is"
        raise Rejection(NOT_AN_OBJECT, f"{subject} {_kind(value)}, no object{_hint(element.view.body())}")
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
    timestamp = read_timestamp(element.search(route.timestamp_from))
    return (arrival, True) if timestamp is None else (timestamp, False)


def _key(route: Route, element: Element) -> str | None:
    """Return the ordering key; on a FIFO queue it is the group, whatever the route says."""
    record = element.view.record
    if route.key_from is None or record.source is Source.FIFO:
        return record.key
    key = element.search(route.key_from)
    return key if key is None or isinstance(key, str) else strict_json.dump(key).decode()


def _named(expression: Expression) -> str:
    return f"{expression.key}: {expression.text}"


def _hint(body: Any) -> str:
    """Return what the body is, if it is a known document that is no telemetry, for the end of a text."""
    name = known_document(body)
    return f": it is {name}" if name else ""


_KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "text",
    list: "an array",
}


def _kind(value: Any) -> str:
    """Return the type of a value for a message: never the value, which may be confidential."""
    return _KINDS.get(type(value), "an object")
