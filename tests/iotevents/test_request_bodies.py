"""All forms in which people keep definitions, as data: a file, its parameters, the bodies and findings in it.

`page` names the page of AWS that gives the rule, where it is no page of ours.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from iotevents.definitions.parameters import read_parameters
from iotevents.definitions.request_bodies import read_request_bodies
from iotevents.errors import DefinitionsError

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "conformance" / "definitions.json").read_text("utf-8")
)


def written(folder: Path, case: dict[str, Any]) -> Path:
    file = folder / str(case["file"])
    text = "\n".join(case["text"]) if "text" in case else json.dumps(case["document"])
    file.write_text(text, encoding="utf-8")
    return file


def parameters(folder: Path, values: object) -> Any:
    (folder / "parameters.txt").write_text(json.dumps(values))
    return read_parameters(folder / "parameters.txt")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_file_holds_bodies(tmp_path: Path, case: dict[str, Any]) -> None:
    contents = read_request_bodies(written(tmp_path, case), parameters(tmp_path, case.get("parameters", {})))
    assert [[one.path, one.kind.value, one.value] for one in contents.bodies] == case.get("bodies", [])
    expected = case.get("findings", [])
    assert [(one.file, one.path) for one in contents.findings] == [
        (case["file"], path) for path, _ in expected
    ]
    assert [symbol for _, symbol in contents.unresolved] == case.get("unresolved", [])
    assert [[one.path, one.text] for one in contents.warnings] == case.get("warnings", [])
    assert all(text in one.text for one, (_, text) in zip(contents.findings, expected, strict=True))


def test_parameters_may_stand_under_their_name(tmp_path: Path) -> None:
    assert parameters(tmp_path, {"Parameters": {"A": "1"}}) == {"A": "1"}


@pytest.mark.parametrize(
    "document", [5, ["A"], [{"ParameterKey": "A"}], {"A": {"B": 1}}, {"A": None}, {"A": [[]]}]
)
def test_parameters_are_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(DefinitionsError, match=r"parameters\.txt: (A: )?must be"):
        parameters(tmp_path, document)


def test_parameters_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DefinitionsError, match=r"nowhere\.json: cannot be read"):
        read_parameters(tmp_path / "nowhere.json")
