"""The JSON Schemas are current, examples fit, and what they refuse the tools refuse."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from forwarder.config.config import KEYS as CONFIG_KEYS
from forwarder.config.config import parse_config
from forwarder.config.routes import ROUTE_KEYS
from forwarder.config.schema import Key
from forwarder.errors import ConfigError
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from infra.commands.schemas import FOLDER, files, text_of
from infra.context import ROOT, project_context
from infra.errors import SettingsError
from infra.settings import function, settings, sources
from infra.settings.json_schema import config_schema, settings_schema
from infra.settings.settings import parse_settings
from tests.support.docs.markdown import DOCS, blocks_of
from tests.support.infra.settings import (
    FIFO,
    FUNCTION_ARN,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STREAM_ARN,
    document,
)

CONFIG = Draft202012Validator(config_schema())
SETTINGS = Draft202012Validator(settings_schema())
EXAMPLE = json.loads((ROOT / "examples" / "rooms" / "forwarder.json").read_text("utf-8"))
EXISTING = {"arn": QUEUE_ARN, "visibilityTimeout": 200, "kmsKeyArn": KEY_ARN, "dlqArn": QUEUE_ARN}

WORDS = [
    *("", " ", "x", "sqs", "fifo", "kinesis", "create", "json", "bytes", "key", "none", "retry", "DEBUG"),
    *("telemetry", "body.room", "eu-west-1", "arm64", "a@b.example", "https://iot.internal"),
    *(QUEUE_ARN, STREAM_ARN, KEY_ARN, FUNCTION_ARN, f"{QUEUE_ARN}.fifo", f"{QUEUE_ARN}\n"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2, 10, 11, 30, 300, 10_001, 0.0, 0.5, 1.0, 1e300]),
    st.sampled_from(WORDS),
    st.text(max_size=3),
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.text(max_size=2), SCALARS))


def objects(keys: Mapping[str, Key], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with some of the keys, mostly of any value, and at times another key."""
    names = st.sampled_from([*keys, "$schema", "other"])
    return st.builds(
        lambda some, more: {**some, **more},
        st.dictionaries(names, VALUES, max_size=3),
        st.fixed_dictionaries({}, optional=members),
    )


CONFIGS = objects(CONFIG_KEYS, routes=st.lists(objects(ROUTE_KEYS, inputName=st.just("a")), max_size=2))
EXISTING_SOURCES = st.one_of(objects(sources.EXISTING_QUEUE_KEYS), objects(sources.EXISTING_STREAM_KEYS))
SOURCES = st.one_of(
    [
        objects(keys, type=st.just(name), existing=EXISTING_SOURCES)
        for name, keys in (
            ("sqs", sources.QUEUE_KEYS),
            ("fifo", sources.FIFO_KEYS),
            ("kinesis", sources.STREAM_KEYS),
        )
    ]
)
DOCUMENTS = st.builds(
    lambda base, changes: {**base, **changes},
    st.just(document()),
    objects(
        settings.KEYS,
        config=CONFIGS,
        sources=st.dictionaries(st.sampled_from(["Plain", "plain", "A1", "-"]), SOURCES, max_size=2),
        function=objects(function.FUNCTION_KEYS),
        alarms=objects(function.ALARM_KEYS, emails=st.lists(SCALARS, max_size=2)),
    ),
)


def refuses_config(value: Any) -> bool:
    try:
        parse_config(value)
    except ConfigError:
        return True
    return False


def refuses_settings(value: Any) -> bool:
    try:
        parse_settings(value, folder=ROOT)
    except SettingsError:
        return True
    return False


@pytest.mark.parametrize("name", files())
def test_file_is_current(name: str) -> None:
    schema = files()[name]
    Draft202012Validator.check_schema(schema)
    assert (FOLDER / name).read_text("utf-8") == text_of(schema), "make schemas writes it anew"


def test_no_other_files_are_there() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(files())


def test_example_configuration_fits() -> None:
    CONFIG.validate(EXAMPLE)


@pytest.mark.parametrize(
    "value",
    [
        project_context()["settings"],
        document(sources={"Plain": SQS, "Ordered": FIFO, "Stream": KINESIS}),
        document(sources={"Mine": {"existing": EXISTING}, "Theirs": {"existing": {"arn": STREAM_ARN}}}),
        document(config=EXAMPLE, kmsKey=KEY_ARN, alarms={"emails": ["ops@fleet.example"]}),
    ],
)
def test_example_settings_fit(value: Any) -> None:
    SETTINGS.validate(value)


@pytest.mark.parametrize("page", ["forwarder.md", "settings.md", "../README.md"])
def test_documents_of_the_pages_fit(page: str) -> None:
    for block in blocks_of(page, (DOCS / page).read_text("utf-8")):
        if block.language == "json":
            value = json.loads(block.text)
            (CONFIG if "routes" in value else SETTINGS).validate(value)


@given(CONFIGS)
def test_refused_configuration_is_refused_by_the_check(value: Any) -> None:
    assert CONFIG.is_valid(value) or refuses_config(value)


@given(DOCUMENTS)
def test_refused_settings_are_refused_by_the_check(value: Any) -> None:
    assert SETTINGS.is_valid(value) or refuses_settings(value)


@pytest.mark.parametrize("name", [name for name in CONFIG_KEYS if name != "routes"])
def test_wrong_type_in_a_configuration_is_refused(name: str) -> None:
    value = {"routes": [{"inputName": "a"}], name: [[]]}
    assert not CONFIG.is_valid(value)
    assert refuses_config(value)


WRONG_ROUTES: list[Any] = [
    [],
    {},
    [1],
    [{}],
    [{"inputName": "a", "inputNameFrom": "b"}],
    [{"inputName": "-a"}],
    [{"inputName": "a", "format": "bytes", "split": "b"}],
    [{"inputName": "a", "other": 1}],
    *([{"inputName": "a", name: [[]]}] for name in ROUTE_KEYS),
]


@pytest.mark.parametrize("routes", WRONG_ROUTES, ids=json.dumps)
def test_wrong_routes_are_refused(routes: Any) -> None:
    assert not CONFIG.is_valid({"routes": routes})
    assert refuses_config({"routes": routes})


@pytest.mark.parametrize("name", settings.KEYS)
def test_wrong_type_in_settings_is_refused(name: str) -> None:
    value = document(**{name: [[]]})
    assert not SETTINGS.is_valid(value)
    assert refuses_settings(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"endpointUrl": None},
        {"other": 1},
        {"config": {"routes": []}},
        {"config": {"routes": [{"inputName": "a"}], "endpointUrl": "https://a"}},
        {"sources": {}},
        {"sources": {"plain": SQS}},
        {"sources": {"A": {}}},
        {"sources": {"A": {"type": "sqs", "shards": 1}}},
        {"sources": {"A": {"type": "fifo", "batchSize": 11}}},
        {"sources": {"A": {"type": "fifo", "batchWindow": 1}}},
        {"sources": {"A": {"type": "kinesis", "onFailure": "s4"}}},
        {"sources": {"A": {"existing": {}}}},
        {"sources": {"A": {"type": "sqs", "existing": {"arn": STREAM_ARN}}}},
        {"function": {"memory": 127}},
        {"function": {"logRetentionDays": 2}},
        {"alarms": {"emails": ["nobody"]}},
        {"kmsKey": "alias/mine"},
        {"region": "europe"},
        {"$schema": 1},
    ],
    ids=json.dumps,
)
def test_wrong_settings_are_refused(changes: dict[str, Any]) -> None:
    value = document(**changes)
    assert not SETTINGS.is_valid(value)
    assert refuses_settings(value)


def test_schema_may_be_named() -> None:
    named = {"$schema": "../schemas/forwarder-config.schema.json", **EXAMPLE}
    assert parse_config(named) == parse_config(EXAMPLE)
    assert not refuses_settings(document(**{"$schema": "schemas/settings.schema.json"}))


def test_schema_is_named_at_the_top_only() -> None:
    value = {"routes": [{"inputName": "a", "$schema": "x"}]}
    assert not CONFIG.is_valid(value)
    assert refuses_config(value)
