"""Mistakes put into the forwarder, which the promises must notice."""

from contextlib import suppress

import pytest
from forwarder.errors import AccountingError
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from tests.support.forwarder.mutants import MUTANTS
from tests.support.forwarder.promises import check, handle
from tests.support.forwarder.scenarios import Scenario, scenarios
from tests.support.forwarder.targets import PlainTarget

SEARCH = settings(
    max_examples=4000,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Judge:
    """Says of an invocation whether a promise is broken, and keeps that one was: with several threads the
    same invocation may go well the next time.
    """

    def __init__(self) -> None:
        self.noticed = False

    def __call__(self, scenario: Scenario) -> bool:
        try:
            check(handle(scenario, PlainTarget()))
        except (AssertionError, AccountingError):
            self.noticed = True
        return self.noticed


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mistake_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    judge = Judge()
    with suppress(NoSuchExample):
        find(scenarios(), judge, settings=SEARCH)
    assert judge.noticed, "no invocation shows it"
