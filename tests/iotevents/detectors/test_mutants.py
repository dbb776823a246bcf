"""Mistakes put into the engine: the comparison with the plain reading must notice each."""

import pytest

from tests.support.detectors.mutants import MUTANTS
from tests.support.detectors.running import engine_records, judged


def noticed() -> int | None:
    """Return the first random example in which the engine differs from the reference."""
    for number, (one, expected) in enumerate(judged()):
        try:
            said = engine_records(one)
        except AssertionError:  # of ids that are not unique
            return number
        if said != expected:
            return number
    return None


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mistake_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[mutant](monkeypatch)
    assert noticed() is not None
