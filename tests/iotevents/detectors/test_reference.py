"""The plain reading of detector models follows the documentation, so that it may judge the engine."""

from typing import Any

import pytest

from tests.support.detectors.cases import CASES, NAMES, differences, inputs_of, lines_of, models_of
from tests.support.detectors.reference import World


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_reference_follows_documentation(case: dict[str, Any]) -> None:
    if case.get("only") == "engine":
        return
    names = {one["inputName"] for one in inputs_of(case)}
    records = World(models_of(case), names).run(lines_of(case), case.get("until"))
    assert differences(records, case) == []
