"""The forwarder's configuration: one JSON document, checked completely before anything runs.

KEYS (with `routes.ROUTE_KEYS`) is the whole language: a key that is not in it is a mistake.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from forwarder.config import validators
from forwarder.config.routes import Route, parse_routes
from forwarder.config.schema import REQUIRED, Key, read_document, unrepeated
from forwarder.errors import ConfigError

CONFIG_VARIABLE = "FORWARDER_CONFIG"
QUEUE_VARIABLE = "FORWARDER_REJECTED_QUEUE_URL"


@dataclass(frozen=True, slots=True)
class Config:
    """Checked configuration; times in seconds, sizes in bytes."""

    routes: tuple[Route, ...]
    unrouted: Literal["reject", "drop"]
    envelope: Literal["none", "auto", "sns", "eventbridge"]
    body_encoding: Literal["text", "base64"]
    body_format: Literal["json", "json-lines"]
    max_decompressed_bytes: int
    ordering: Literal["none", "key", "strict"]
    batch_size: int
    max_payload_bytes: int
    workers: int
    connect_timeout: float
    read_timeout: float
    retries: int
    on_rejected: Literal["retry", "dead-letter"]
    on_unknown_input: Literal["retry", "reject"] | None
    """None: as the route says, `retry` for a name in the configuration, `reject` for one from the data."""
    rejected_queue_url: str | None
    visibility_backoff: bool
    endpoint_url: str | None
    signing_name: str | None
    signing_region: str | None
    allow_http: bool


KEYS: Mapping[str, Key] = {
    "routes": Key("routes", parse_routes, REQUIRED),
    "unrouted": Key("unrouted", validators.Choice("reject", "drop"), "reject"),
    "envelope": Key("envelope", validators.Choice("none", "auto", "sns", "eventbridge"), "none"),
    "bodyEncoding": Key("body_encoding", validators.Choice("text", "base64"), "text"),
    "bodyFormat": Key("body_format", validators.Choice("json", "json-lines"), "json"),
    "maxDecompressedBytes": Key("max_decompressed_bytes", validators.Integer(1), 1024 * 1024),
    "ordering": Key("ordering", validators.Choice("none", "key", "strict"), "key"),
    "batchSize": Key("batch_size", validators.Integer(1, 10_000), 10),
    "maxPayloadBytes": Key("max_payload_bytes", validators.Integer(1), 1024),
    "workers": Key("workers", validators.Integer(1, 64), 8),
    "connectTimeout": Key("connect_timeout", validators.Seconds(900), 1.0),
    "readTimeout": Key("read_timeout", validators.Seconds(900), 3.0),
    "retries": Key("retries", validators.Integer(0, 20), 3),
    "onRejected": Key("on_rejected", validators.Choice("retry", "dead-letter")),
    "onUnknownInput": Key("on_unknown_input", validators.Choice("retry", "reject")),
    "rejectedQueueUrl": Key("rejected_queue_url", validators.queue_url),
    "visibilityBackoff": Key("visibility_backoff", validators.flag, False),
    "endpointUrl": Key("endpoint_url", validators.url),
    "signingName": Key("signing_name", validators.text),
    "signingRegion": Key("signing_region", validators.text),
    "allowHttp": Key("allow_http", validators.flag, False),
}
"""The keys of the document."""


def parse_config(document: object) -> Config:
    """Return the configuration of a JSON document; raises ConfigError with every problem."""
    if not isinstance(document, Mapping):
        raise ConfigError([f"the configuration is {validators.shown(document)}; it must be an object"])
    problems: list[str] = []
    values = read_document(document, KEYS, problems)
    values["on_rejected"] = _on_rejected(values, problems)
    if problems:
        raise ConfigError(problems)
    return Config(**values)


def load_config(environ: Mapping[str, str], root: Path) -> Config:
    """Return the configuration that the environment names.

    FORWARDER_CONFIG is the document itself, if it starts with `{`, or else a path below `root`;
    FORWARDER_REJECTED_QUEUE_URL takes the place of `rejectedQueueUrl`. Raises ConfigError.
    """
    repeated: list[str] = []
    document = _parse(_text(environ.get(CONFIG_VARIABLE, "").removeprefix("\ufeff").strip(), root), repeated)
    if isinstance(document, dict) and (queue := environ.get(QUEUE_VARIABLE)):
        document["rejectedQueueUrl"] = queue
    try:
        config = parse_config(document)
    except ConfigError as error:
        raise ConfigError([*repeated, *error.problems]) from error
    if repeated:
        raise ConfigError(repeated)
    return config


def _text(setting: str, root: Path) -> str:
    if not setting:
        raise ConfigError(
            [f"{CONFIG_VARIABLE}: not set; it holds the configuration as JSON, or its file's path"]
        )
    if setting.startswith("{"):
        return setting
    try:
        path = (root / setting).resolve()
        if not path.is_relative_to(root.resolve()):
            raise ConfigError([f"{CONFIG_VARIABLE}: {setting!r} lies outside of the function's folder"])
        return path.read_text("utf-8-sig")
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigError([f"{CONFIG_VARIABLE}: cannot read {setting!r}: {error}"]) from error


def _parse(text: str, repeated: list[str]) -> object:
    """Return the JSON document; append to `repeated` the keys that stand twice in one object."""
    try:
        return json.loads(
            text, object_pairs_hook=lambda pairs: unrepeated(pairs, repeated), parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise ConfigError([f"{CONFIG_VARIABLE}: not JSON: {error}"]) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


def _on_rejected(values: Mapping[str, Any], problems: list[str]) -> str:
    chosen, queue = values["on_rejected"], values["rejected_queue_url"]
    if chosen == "dead-letter" and not queue:
        problems.append("onRejected: dead-letter needs rejectedQueueUrl (or FORWARDER_REJECTED_QUEUE_URL)")
    return str(chosen or ("dead-letter" if queue else "retry"))
