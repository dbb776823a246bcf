"""Mistakes put into the forwarder, which the promises must notice."""

import pytest
from forwarder.errors import BooksError
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from tests.forwarder.mutants import MUTANTS
from tests.forwarder.promises import check, handle
from tests.forwarder.scenarios import Scenario, scenarios
from tests.forwarder.targets import PlainTarget

SEARCH = settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def is_noticed(scenario: Scenario) -> bool:
    try:
        check(handle(scenario, PlainTarget()))
    except (AssertionError, BooksError):
        return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mistake_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    try:
        find(scenarios(), is_noticed, settings=SEARCH)
    except NoSuchExample:
        pytest.fail("no invocation shows it")
