"""The routes of the configuration: which records they take and what they make of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from forwarder.config import validators
from forwarder.config.expressions import Expression
from forwarder.config.members import is_constant, unknown_members
from forwarder.config.schema import Key, read
from forwarder.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Route:
    """Rule for the records that `when` holds for.

    Either `input_name` or `input_name_from` is set, or `drop`: then its records are dropped and counted.
    """

    when: Expression | None
    input_name: str | None
    input_name_from: Expression | None
    format: Literal["json", "bytes"]
    split: Expression | None
    payload_from: Expression | None
    message_id_from: Expression | None
    timestamp_from: Expression | None
    key_from: Expression | None
    drop: bool = False


ROUTE_KEYS: Mapping[str, Key] = {
    "when": Key("when", validators.expression),
    "inputName": Key("input_name", validators.input_name),
    "inputNameFrom": Key("input_name_from", validators.expression),
    "format": Key("format", validators.Choice("json", "bytes"), "json"),
    "split": Key("split", validators.expression),
    "payloadFrom": Key("payload_from", validators.expression),
    "messageIdFrom": Key("message_id_from", validators.expression),
    "timestampFrom": Key("timestamp_from", validators.expression),
    "keyFrom": Key("key_from", validators.expression),
    "drop": Key("drop", validators.flag, False),
}
"""The keys of one route."""
DROP_KEYS = ("when", "drop")
"""The keys of a route that drops its records."""


def parse_routes(value: Any, path: str) -> tuple[Route, ...]:
    """Return the routes; raises ConfigError with every problem in them."""
    if not isinstance(value, list) or not value:
        raise validators.refusal(value, "a list of at least one route")
    problems: list[str] = []
    routes = [_route(document, f"{path}[{index}]", problems) for index, document in enumerate(value)]
    problems += _unreachable(value, path)
    if problems:
        raise ConfigError(problems)
    return tuple(route for route in routes if route)


def _route(value: Any, path: str, problems: list[str]) -> Route | None:
    if not isinstance(value, Mapping):
        problems.append(f"{path}: {validators.refusal(value, 'an object')}")
        return None
    route = Route(**read(value, ROUTE_KEYS, f"{path}.", problems))
    problems += [f"{path}{problem}" for problem in _route_problems(value, route)]
    return route


def _route_problems(value: Mapping[str, Any], route: Route) -> Iterator[str]:
    """Yield the problems between the keys of a route."""
    if route.drop:
        yield from _drop_problems(value)
        yield from _expression_problems(route)
        return
    if "inputName" not in value and "inputNameFrom" not in value:
        yield ": neither inputName nor inputNameFrom; exactly one is needed"
    if "inputName" in value and "inputNameFrom" in value:
        yield ".inputNameFrom: stands beside inputName; exactly one of them is needed"
    yield from _expression_problems(route)
    if route.format != "bytes":
        return
    for name in ("split", "payloadFrom"):
        if name in value:
            yield f".{name}: not with format bytes, which sends the data as it came"
    for name, key in ROUTE_KEYS.items():
        expression = getattr(route, key.field)
        if name.endswith("From") and isinstance(expression, Expression) and expression.reads("body"):
            yield f".{name}: reads the body, which format bytes does not decode"


def _drop_problems(value: Mapping[str, Any]) -> Iterator[str]:
    if "when" not in value:
        yield ".when: missing; drop needs it to say which records are dropped"
    for name in value:
        if name in ROUTE_KEYS and name not in DROP_KEYS:
            yield f".{name}: not with drop, which sends nothing"


def _expression_problems(route: Route) -> Iterator[str]:
    """Yield the problems of expressions that can never be right."""
    for name, key in ROUTE_KEYS.items():
        expression = getattr(route, key.field)
        if not isinstance(expression, Expression):
            continue
        per_element = route.split is not None and name.endswith("From")
        for problem in unknown_members(expression, per_element=per_element):
            yield f".{name}: {problem}"
    if route.message_id_from and is_constant(route.message_id_from):
        yield ".messageIdFrom: reads nothing of the record, so that all messages have the same id"


def _unreachable(routes: Sequence[Any], path: str) -> Iterator[str]:
    """Yield the problem of routes that stand behind a route which takes every record."""
    for index, route in enumerate(routes[:-1]):
        if isinstance(route, Mapping) and "when" not in route:
            behind = ", ".join(f"{path}[{later}]" for later in range(index + 1, len(routes)))
            yield f"{path}[{index}].when: missing, so that nothing ever reaches {behind}"
            return
