"""The tables of the documentation say what the code says."""

from collections.abc import Mapping
from typing import Any

import pytest
from forwarder.config.config import KEYS
from forwarder.config.expressions import compile_expression
from forwarder.config.routes import ROUTE_KEYS
from forwarder.config.schema import REQUIRED, Key
from forwarder.reasons import RECORD_CODES, RETURN_REASONS, TARGET_CODES
from forwarder.response.metrics import METRICS

from tests.support.docs.markdown import DOCS, tables_of

KEY_TABLE, ROUTE_TABLE, FUNCTION_TABLE, REASON_TABLE, CODE_TABLE, ID_TABLE, METRIC_TABLE = tables_of(
    (DOCS / "forwarder.md").read_text("utf-8")
)


@pytest.mark.parametrize(("table", "keys"), [(KEY_TABLE, KEYS), (ROUTE_TABLE, ROUTE_KEYS)])
def test_keys_are_all_there(table: list[list[str]], keys: Mapping[str, Key]) -> None:
    assert [row[0] for row in table] == [f"`{name}`" for name in keys]


@pytest.mark.parametrize("row", [*KEY_TABLE, *ROUTE_TABLE], ids=lambda row: row[0])
def test_defaults_are_true(row: list[str]) -> None:
    default = {**KEYS, **ROUTE_KEYS}[row[0].strip("`")].default
    if default is not None:
        assert row[2].strip("`") == shown(default)


def shown(default: Any) -> str:
    if default is REQUIRED:
        return "required"
    return (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if type(default) is float
        else str(default)
    )


def test_functions_are_known() -> None:
    assert [row[0] for row in FUNCTION_TABLE] == [
        "`powertools_json(text)`",
        "`powertools_base64(text)`",
        "`powertools_base64_gzip(text)`",
    ]
    for name, _ in FUNCTION_TABLE:
        assert compile_expression(name.strip("`").replace("text", "body"), "when").opens


def test_reasons_and_codes_are_true() -> None:
    assert [[f"`{name}`", text] for name, text in RETURN_REASONS.items()] == REASON_TABLE
    assert [[f"`{name}`", text] for name, text in (RECORD_CODES | TARGET_CODES).items()] == CODE_TABLE


def test_metrics_are_true() -> None:
    assert [[f"`{name}`", unit, text] for name, (unit, text) in METRICS.items()] == METRIC_TABLE
