"""docs/troubleshooting.md has every metric, reason and code; `tests/infra/test_docs.py` holds its alarms."""

import re

from forwarder.reasons import RECORD_CODES, RETURN_REASONS, TARGET_CODES
from forwarder.response.metrics import METRICS

from tests.support.docs.markdown import DOCS, section_of, tables_of

TEXT = (DOCS / "troubleshooting.md").read_text("utf-8")


def names_of(heading: str) -> list[str]:
    """Return the names in the first column of a section's table."""
    (table,) = tables_of(section_of(TEXT, heading))
    return [name for row in table for name in re.findall("`([A-Za-z0-9]+)`", row[0])]


def test_metrics_are_all_there() -> None:
    assert names_of("## Metrics") == list(METRICS)


def test_reasons_are_all_there() -> None:
    assert names_of("## Returned records") == list(RETURN_REASONS)


def test_codes_are_all_there() -> None:
    assert sorted(names_of("## Rejected records")) == sorted([*RECORD_CODES, *TARGET_CODES])


def test_rows_name_commands_that_are_there() -> None:
    numbers = set(re.findall(r"# (\d+)$", section_of(TEXT, "## Commands"), re.MULTILINE))
    cells = [row[-1] for table in tables_of(TEXT) for row in table]
    named = {number for cell in cells for number in cell.split(", ") if number}
    assert named == numbers
