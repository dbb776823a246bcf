"""Detectors as documented: timelines of messages, and the records that `replay --json` prints for them."""

import json
from pathlib import Path

import pytest
from iotevents.__main__ import main

from tests.support.detectors.cases import CASES, NAMES, Json, differences, inputs_of, lines_of, models_of
from tests.support.detectors.running import replayed

TRAPS = {*range(1, 21)} - {1, 2, 3, 4, 18, 20}
"""All of the notorious traps but those of the wire format, of refused models and of updates of models."""

ELSEWHERE = {
    *(1, 2, 28, 31, 32, 33, 34, 35, 41, 42),  # the language, in expressions.json
    *(11, 26, 46),  # the API
    *(20,),  # the delivery of actions
    *(27, 44, 45),  # alarms
}
QUESTIONS = {*range(1, 48)} - ELSEWHERE


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_detector_as_documented(case: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By way of files, and of what the command prints."""
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "all.json").write_text(json.dumps([*inputs_of(case), *models_of(case)]))
    (tmp_path / "messages.jsonl").write_text("\n".join(map(json.dumps, lines_of(case))))
    until = ["--until", str(case["until"])] if "until" in case else []
    options = ["--json", *until, "--definitions", str(tmp_path / "definitions")]
    assert main(["replay", *options, str(tmp_path / "messages.jsonl")]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert differences([json.loads(line) for line in printed.out.splitlines()], case) == []


def test_each_case_names_its_source() -> None:
    assert [case["name"] for case in CASES if ("page" in case) == ("decision" in case)] == []


def test_cases_cover_all_traps_and_open_questions() -> None:
    assert {trap for case in CASES for trap in case.get("traps", ())} == TRAPS
    assert {question for case in CASES for question in case.get("questions", ())} == QUESTIONS


@pytest.mark.parametrize(
    "wrong",
    [
        {"variables": {"strikes": 4.0}},
        {"variables": {}},
        {"timers": {"t": 1}},
        {"key": None},
        {"errors": ["states[0]"]},
        {"actions": []},
        {"actions": [{"payload": {"payload": {"state": {"variables": {"strikes": 3}}}}}]},
        {"conditions": []},
        {"unheard-of": 1},
    ],
)
def test_a_wrong_expectation_is_noticed(wrong: Json) -> None:
    case = CASES[NAMES.index("over-pressure: BATCH decrements after the transition was judged")]
    expected = [case["records"][0] | wrong, *case["records"][1:]]
    records = replayed(models_of(case), ["Gauge"], lines_of(case))
    assert differences(records, case | {"records": expected}) != []
