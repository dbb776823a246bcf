"""JSON Schemas (2020-12) of the forwarder's configuration and of the settings, made from the tables of keys.

A schema refuses nothing that the checks accept. Rules between keys, and what a pattern cannot say, are left
to the checks.
"""

from collections.abc import Callable, Mapping
from typing import Any

from forwarder.config import validators
from forwarder.config.config import KEYS as CONFIG_KEYS
from forwarder.config.routes import DROP_KEYS, ROUTE_KEYS, parse_routes
from forwarder.config.schema import REQUIRED, SCHEMA_KEY, Key

from infra.settings import function, settings, sources
from infra.settings.arns import ArnOf
from infra.settings.forwarder_config import DEPLOYED_KEYS
from infra.settings.sections import Section

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def config_schema() -> Schema:
    """Return the schema of FORWARDER_CONFIG."""
    return _document("Configuration of the forwarder (docs/forwarder.md)", CONFIG_KEYS)


def settings_schema() -> Schema:
    """Return the schema of the settings of a deployment."""
    schema = _document("Settings of a deployment (docs/settings.md)", settings.KEYS)
    config_keys = {name: key for name, key in CONFIG_KEYS.items() if name not in DEPLOYED_KEYS}
    definitions = {
        "config": _with_schema_key(object_schema(config_keys)),
        "queue": _source("sqs", sources.QUEUE_KEYS),
        "fifo": _source("fifo", sources.FIFO_KEYS),
        "stream": _source("kinesis", sources.STREAM_KEYS),
    }
    return {**schema, "$defs": definitions}


def object_schema(keys: Mapping[str, Key]) -> Schema:
    """Return the schema of an object with these keys and no others."""
    schema: Schema = {
        "type": "object",
        "properties": {name: _property(key) for name, key in keys.items()},
        "additionalProperties": False,
    }
    required = [name for name, key in keys.items() if key.default is REQUIRED]
    return {**schema, "required": required} if required else schema


def schema_of(check: Callable[..., Any]) -> Schema:
    """Return the schema of the values that a check accepts."""
    match check:
        case validators.Integer(minimum=minimum, maximum=maximum):
            limit = {} if maximum is None else {"maximum": maximum}
            return {"type": "integer", "minimum": minimum, **limit}
        case validators.Seconds(maximum=maximum):
            return {"type": "number", "exclusiveMinimum": 0, "maximum": maximum}
        case validators.Choice(allowed=allowed):
            return {"enum": [*allowed]}
        case ArnOf(pattern=pattern):
            return {"type": "string", "pattern": pattern}
        case Section(keys=keys):
            return object_schema(keys)
        case _ if check is parse_routes:
            return {"type": "array", "minItems": 1, "items": _route()}
    return _SCHEMAS[check]


def _document(title: str, keys: Mapping[str, Key]) -> Schema:
    return {"$schema": DIALECT, "title": title, **_with_schema_key(object_schema(keys))}


def _with_schema_key(schema: Schema) -> Schema:
    properties = {SCHEMA_KEY: schema_of(validators.text), **schema["properties"]}
    return {**schema, "properties": properties}


def _property(key: Key) -> Schema:
    has_default = key.default is not REQUIRED and key.default not in (None, ())
    return {**schema_of(key.check), **({"default": key.default} if has_default else {})}


def _route() -> Schema:
    """Return the schema of a route, with the rules between its keys."""
    either = [{"required": ["inputName"]}, {"required": ["inputNameFrom"]}, _drops()]
    sends_bytes = {"properties": {"format": {"const": "bytes"}}, "required": ["format"]}
    no_document = {"properties": {"split": False, "payloadFrom": False}}
    return {**object_schema(ROUTE_KEYS), "oneOf": either, "if": sends_bytes, "then": no_document}


def _drops() -> Schema:
    """Return the schema of a route that drops its records: it has no other keys."""
    others = {name: False for name in ROUTE_KEYS if name not in DROP_KEYS}
    return {"required": ["when", "drop"], "properties": {**others, "drop": {"const": True}}}


def _source(type_name: str, keys: Mapping[str, Key]) -> Schema:
    """Return the schema of a source of one type; one that exists need not say its type."""
    schema = object_schema(keys)
    schema["properties"]["type"] = {"const": type_name}
    return {**schema, "anyOf": [{"required": ["type"]}, {"required": ["existing"]}]}


def _of_type(type_name: str) -> Schema:
    return {"properties": {"type": {"const": type_name}}, "required": ["type"]}


_QUEUE, _FIFO, _STREAM = ({"$ref": f"#/$defs/{name}"} for name in ("queue", "fifo", "stream"))

_SOURCE: Schema = {
    "type": "object",
    "if": _of_type("sqs"),
    "then": _QUEUE,
    "else": {
        "if": _of_type("fifo"),
        "then": _FIFO,
        "else": {"if": _of_type("kinesis"), "then": _STREAM, "else": {"anyOf": [_QUEUE, _FIFO, _STREAM]}},
    },
}

_SCHEMAS: Mapping[Callable[..., Any], Schema] = {
    validators.flag: {"type": "boolean"},
    validators.text: {"type": "string", "pattern": r"\S"},
    validators.input_name: {"type": "string", "pattern": f"^{validators.INPUT_NAME.pattern}$"},
    validators.url: {"type": "string", "format": "uri", "minLength": 1},
    validators.queue_url: {"type": "string", "format": "uri", "minLength": 1},
    validators.expression: {"type": "string", "minLength": 1},
    function.check_log_retention: {"enum": [*function.LOG_RETENTIONS]},
    function.check_emails: {"type": "array", "items": {"type": "string", "pattern": "^[^@]*@[^@]*$"}},
    settings.check_region: {"type": "string", "pattern": f"^{settings.REGION.pattern}$"},
    settings.check_config: {
        "if": {"type": "string"},
        "then": {"minLength": 1},
        "else": {"$ref": "#/$defs/config"},
    },
    settings.check_sources: {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{settings.SOURCE_NAME.pattern}$"},
        "additionalProperties": _SOURCE,
    },
    settings.check_kms_key: {"anyOf": [{"const": "create"}, schema_of(ArnOf("kms"))]},
    sources.check_no_window: {"const": 0},
    sources.check_destination: {"anyOf": [{"enum": ["s3", "sqs"]}, schema_of(ArnOf("sqs"))]},
}
"""The schema of each check that is a function without parts."""
