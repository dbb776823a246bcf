"""The page on rejected records names the members that the code knows."""

import re
from pathlib import Path

from forwarder.config.schema import REQUIRED
from forwarder.rejected_records.decoder import KEYS

TEXT = (Path(__file__).parents[2] / "docs" / "rejected-records.md").read_text("utf-8")
MEMBERS = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", TEXT, re.MULTILINE)


def test_members_are_all_there() -> None:
    assert [name for name, _ in MEMBERS] == list(KEYS)


def test_members_that_are_always_there_are_required() -> None:
    always = [name for name, there in MEMBERS if there == "always"]
    assert always == [name for name, key in KEYS.items() if key.default is REQUIRED]
