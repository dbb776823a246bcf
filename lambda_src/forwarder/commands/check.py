"""`python -m forwarder check CONFIG.json`: what a configuration says, or all its problems."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forwarder.commands.dry_run import explain
from forwarder.commands.inputs import read_config, read_event_file
from forwarder.config.config import KEYS, QUEUE_VARIABLE, Config
from forwarder.config.expressions import Expression
from forwarder.config.members import constant_key
from forwarder.config.routes import DROP_KEYS, ROUTE_KEYS, Route

_UNSET: Mapping[str, str] = {
    "onUnknownInput": "retry for inputName, reject for inputNameFrom",
    "rejectedQueueUrl": "none",
    "endpointUrl": "from the environment",
    "signingName": "as the endpoint's host asks",
    "signingRegion": "as the endpoint's host tells, else the client's",
}
"""Meaning of a key that is left out and has no default value."""

_UNSET_IN_ROUTE: Mapping[str, str] = {
    "when": "always",
    "payloadFrom": "body",
    "messageIdFrom": "derived from the record",
    "timestampFrom": "the record's time of arrival",
    "keyFrom": "Kinesis: partition key, FIFO: message group, else none",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's parser."""
    parser.description = (
        "Check a configuration and print what it says, with the defaults in force; if it is wrong, print all"
        f" problems. {QUEUE_VARIABLE} counts as in the function."
    )
    parser.add_argument("config", metavar="CONFIG.json", help="configuration file")
    parser.add_argument(
        "events",
        metavar="EVENT.json",
        nargs="*",
        help="name the routes that take none of these",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the configuration; the exit code is 0, a wrong one raises ConfigError.

    An event that cannot be read raises EventError.
    """
    config = read_config(options.config)
    idle = _idle_routes(config, [read_event_file(file) for file in options.events])
    print(f"{options.config}: the configuration is valid")
    print("\nroutes, tried in this order")
    for number, route in enumerate(config.routes):
        print(f"  {number}")
        for name, value in _route(route, lines=config.body_format == "json-lines"):
            print(f"     {name:<14}  {value}")
    print("\nsettings")
    for name, value in _settings(config):
        print(f"  {name:<20}  {value}")
    for warning in (*_warnings(config), *idle):
        print(f"\nwarning: {warning}")
    return 0


def _idle_routes(config: Config, events: Sequence[object]) -> list[str]:
    """Return a warning for each route that takes no record of the events; none without events."""
    if not events:
        return []
    records = [record for event in events for record in explain(event, config).records]
    taken = frozenset(number for record in records for number in record.routed.routes)
    size = f"{len(records)} record{'s' * (len(records) != 1)}"
    return [
        f"routes[{number}]: takes none of the events' {size}"
        for number in range(len(config.routes))
        if number not in taken
    ]


def _warnings(config: Config) -> Iterator[str]:
    """Yield what is allowed and hardly meant."""
    for number, route in enumerate(config.routes):
        if config.ordering == "key" and constant_key(route.key_from):
            yield f"routes[{number}].keyFrom: the same for all records; is ordering: strict meant?"


def _route(route: Route, *, lines: bool) -> Iterator[tuple[str, str]]:
    """Yield the keys of a route that apply to it, with values or defaults as text."""
    for name, key in ROUTE_KEYS.items():
        value = getattr(route, key.field)
        if value is False or (route.drop and name not in DROP_KEYS):
            continue
        if value is None:
            text = _unset_in_route(route, name, lines=lines)
            if text:
                yield name, f"{text} (default)"
        else:
            yield name, _shown(value, default=value == key.default)


def _unset_in_route(route: Route, name: str, *, lines: bool) -> str:
    if name == "payloadFrom" and route.format == "bytes":
        return "the data as they came"
    if name == "payloadFrom" and route.split:
        return "item"
    if name == "messageIdFrom" and (route.split or lines):
        parts = ["the number of the line"] * lines + ["the index of the item"] * bool(route.split)
        return f"derived from the record, with {' and '.join(parts)}"
    return _UNSET_IN_ROUTE.get(name, "")


def _settings(config: Config) -> Iterator[tuple[str, str]]:
    for name, key in KEYS.items():
        value = getattr(config, key.field)
        if name == "routes":
            continue
        if value is None:
            yield name, f"{_UNSET[name]} (default)"
        elif name == "onRejected":
            yield (
                name,
                _shown(value, default=value == ("dead-letter" if config.rejected_queue_url else "retry")),
            )
        else:
            yield name, _shown(value, default=value == key.default)


def _shown(value: Any, *, default: bool) -> str:
    if isinstance(value, Expression):
        text = value.text
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text} (default)" if default else text
