"""Each decision on an open question stands where the table says, and the page is the table."""

from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest
from iotevents.engine.decisions import DECISIONS
from iotevents.expressions.decisions import Decision

from tests.support.iotevents.decision_tables import page

PAGE = Path(__file__).parents[2] / "docs" / "decisions.md"


@pytest.mark.parametrize("decision", DECISIONS, ids=[decision.name for decision in DECISIONS])
def test_decision_is_where_it_says(decision: Decision) -> None:
    *module, name = decision.where.split(".")
    if module[-1][0].isupper():
        module, name = module[:-1], f"{module[-1]}.{name}"
    found = reduce(getattr, name.split("."), import_module(".".join(["iotevents", *module])))
    assert found is not None


def test_decision_names_are_unique() -> None:
    assert len({decision.name for decision in DECISIONS}) == len(DECISIONS)


def test_decisions_are_on_the_page() -> None:
    assert PAGE.read_text("utf-8") == page()
