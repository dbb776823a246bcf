from importlib import import_module

import pytest
from iotevents.expressions.decisions import DECISIONS, Decision


@pytest.mark.parametrize("decision", DECISIONS, ids=[decision.name for decision in DECISIONS])
def test_decision_is_where_it_says(decision: Decision) -> None:
    module, _, name = decision.where.partition(".")
    assert hasattr(import_module(f"iotevents.expressions.{module}"), name)


def test_decision_names_are_unique() -> None:
    assert len({decision.name for decision in DECISIONS}) == len(DECISIONS)
