"""Models that people have, as they have them: each case replays to what is right for it."""

import json
from pathlib import Path
from typing import Any

import pytest
from iotevents.__main__ import main

CASES = Path(__file__).parents[1] / "conformance" / "field" / "models"


def replayed(case: Path, expected: dict[str, Any]) -> int:
    line = ["replay", "--json", "--definitions", str(case / "definitions")]
    if (case / "parameters.json").exists():
        line += ["--parameters", str(case / "parameters.json")]
    line += ["--until", expected["until"]] if "until" in expected else []
    return main([*line, str(case / "messages.jsonl")])


@pytest.mark.parametrize("name", sorted(path.parent.name for path in CASES.glob("*/expected.json")))
def test_field_model(name: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    expected = json.loads((CASES / name / "expected.json").read_text("utf-8"))
    code = replayed(CASES / name, expected)
    printed, said = capsys.readouterr()
    if "error" in expected:
        assert code == 2
        assert expected["error"] in said
        return
    records = [json.loads(line) for line in printed.splitlines()]
    states = {" ".join(filter(None, (record["model"], record["key"]))): record["to"] for record in records}
    actions = [action["parameters"] for record in records for action in record["actions"]]
    warnings = [f"{record.levelname} {record.getMessage()}" for record in caplog.records]
    assert (code, states, actions) == (0, expected["states"], expected["actions"])
    assert warnings == expected["warnings"]
