"""The tables of docs/settings.md and docs/deployment.md say what the code says."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from forwarder.config.schema import REQUIRED, Key

from infra.context import ROOT, project_context
from infra.settings.function import ALARM_KEYS, FUNCTION_KEYS
from infra.settings.settings import KEYS
from infra.settings.sources import (
    EXISTING_QUEUE_KEYS,
    EXISTING_STREAM_KEYS,
    FIFO_KEYS,
    QUEUE_KEYS,
    STREAM_KEYS,
)
from tests.support.docs.markdown import DOCS, section_of, tables_of
from tests.support.infra.settings import alarm_kinds, template

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
SETTINGS = tables_of((DOCS / "settings.md").read_text("utf-8"))
COMMANDS, _, ALARMS = tables_of((DOCS / "deployment.md").read_text("utf-8"))
TABLES: tuple[Mapping[str, Key], ...] = (
    KEYS,
    QUEUE_KEYS,
    STREAM_KEYS,
    EXISTING_QUEUE_KEYS,
    EXISTING_STREAM_KEYS,
    FUNCTION_KEYS,
    ALARM_KEYS,
)
ROWS = [(keys, row) for keys, table in zip(TABLES, SETTINGS, strict=True) for row in table]


@pytest.mark.parametrize(("table", "keys"), [*zip(SETTINGS, TABLES, strict=True)])
def test_keys_are_all_there(table: list[list[str]], keys: Mapping[str, Key]) -> None:
    assert [row[0] for row in table] == [f"`{name}`" for name in keys]


@pytest.mark.parametrize(("keys", "row"), ROWS, ids=lambda value: value[0] if isinstance(value, list) else "")
def test_defaults_are_true(keys: Mapping[str, Key], row: list[str]) -> None:
    name, told, meaning = row
    default = keys[name.strip("`")].default
    if default in (None, ()):
        assert not told.startswith("`")
    else:
        assert told.split(" (")[0] == shown(default)
    assert meaning


def test_defaults_of_a_fifo_queue_are_true() -> None:
    told = {row[0].strip("`"): row[1] for row in SETTINGS[1]}
    differ = {name for name in FIFO_KEYS if FIFO_KEYS[name].default != QUEUE_KEYS[name].default}
    assert differ == {name for name, text in told.items() if "`fifo`: " in text}
    assert f"(`fifo`: `{FIFO_KEYS['batchSize'].default}`)" in told["batchSize"]


def shown(default: Any) -> str:
    if default is REQUIRED:
        return "required"
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def test_commands_exist() -> None:
    told = {name for row in COMMANDS for name in re.findall(r"`make ([a-z0-9-]+)", row[0])}
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", MAKEFILE, re.MULTILINE))
    assert told <= targets
    assert {"synth", "deploy", "diff", "destroy", "e2e", "local-deploy", "local-destroy", "invoke"} <= told


def test_alarms_are_all_there() -> None:
    assert {name for row in ALARMS for name in re.findall("`([A-Za-z]+)`", row[0])} == alarm_kinds()


def test_troubleshooting_has_all_alarms() -> None:
    section = section_of((DOCS / "troubleshooting.md").read_text("utf-8"), "## Alarms")
    (table,) = tables_of(section)
    assert {name for row in table for name in re.findall("`([A-Za-z]+)`", row[0])} == alarm_kinds()


def test_outputs_of_troubleshooting_are_there() -> None:
    names = re.findall("OutputKey=='([A-Za-z]+)'", (DOCS / "troubleshooting.md").read_text("utf-8"))
    assert names
    assert set(names) <= template(sources=project_context()["settings"]["sources"])["Outputs"].keys()


def test_example_is_that_of_cdk_json() -> None:
    told = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]["settings"]
    assert told["endpointUrl"] == "https://iotevents.example.com"
    assert [one["type"] for one in told["sources"].values()] == ["sqs", "fifo", "kinesis"]
