"""The language as data: given, expression, and a result, `undefined` or the kind of error.

`page` names the page of the developer guide that gives the rule, `decision` the open question it answers.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from iotevents import expressions
from iotevents.expressions import UNDEFINED, Scope, TriggerType, Value, compile_expression
from iotevents.expressions.decisions import DECISIONS

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "conformance" / "expressions.json").read_text("utf-8")
)
# decided outside of single expressions
OTHERS = {"routed-by-current-input", "plain-or-expression", "not-boolean"}


def scope_of(given: dict[str, Any]) -> Scope:
    """Return the scope that a case describes."""
    return Scope(
        inputs=given.get("input", {}),
        variables=given.get("variable", {}),
        trigger_type=TriggerType(given["trigger"]) if "trigger" in given else None,
        current_input=given.get("currentInput"),
        expired=frozenset(given.get("expired", ())),
    )


def value_of(case: dict[str, Any]) -> Value:
    return compile_expression(case["expression"]).evaluate(scope_of(case.get("given", {})))


@pytest.mark.parametrize("case", CASES, ids=[case["expression"] for case in CASES])
def test_language_as_documented(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(getattr(expressions, case["error"])):
            value_of(case)
    else:
        expected = UNDEFINED if case.get("undefined") else case["result"]
        assert (type(value_of(case)), value_of(case)) == (type(expected), expected)


def test_each_case_names_its_source() -> None:
    names = {decision.name for decision in DECISIONS}
    assert all(("page" in case) != ("decision" in case) for case in CASES)
    assert {case["decision"] for case in CASES if "decision" in case} == names - OTHERS
