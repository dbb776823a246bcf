"""The definitions folder."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from iotevents.definitions.loading import load_definitions
from iotevents.errors import DefinitionsError


def body(name: str) -> dict[str, Any]:
    return {"inputName": name, "inputDefinition": {"attributes": [{"jsonPath": "id"}]}}


def write(folder: Path, file: str, document: object) -> None:
    (folder / file).write_text(json.dumps(document))


def findings(folder: Path) -> list[str]:
    with pytest.raises(DefinitionsError) as raised:
        load_definitions(folder)
    return [f"{one.file}: {one.path}" for one in raised.value.findings]


def test_folder_holds_bodies_and_lists(tmp_path: Path) -> None:
    write(tmp_path, "a.json", body("A"))
    write(tmp_path, "b.json", [body("B"), body("C")])
    (tmp_path / "d.yaml").write_text("inputName: D\ninputDefinition: {attributes: [{jsonPath: id}]}\n")
    (tmp_path / "e.YML").write_text("[{inputName: E, inputDefinition: {attributes: [{jsonPath: id}]}}]")
    (tmp_path / "notes.txt").write_text("not a definition")
    assert sorted(load_definitions(tmp_path).inputs) == ["A", "B", "C", "D", "E"]


def test_folder_takes_described_inputs(tmp_path: Path) -> None:
    configuration = {"inputName": "A", "inputDescription": "text", "inputArn": "arn", "status": "ACTIVE"}
    definition = body("A")["inputDefinition"]
    write(tmp_path, "a.json", {"input": {"inputConfiguration": configuration, "inputDefinition": definition}})
    assert load_definitions(tmp_path).inputs["A"].description == "text"


def model(name: str, **members: Any) -> dict[str, Any]:
    event = {"eventName": "e", "condition": "$input.A.id > 1"}
    states = [{"stateName": "s", "onInput": {"events": [event]}}]
    return {
        "detectorModelName": name,
        "detectorModelDefinition": {"states": states, "initialStateName": "s"},
        "roleArn": "arn",
        **members,
    }


def test_folder_holds_models_and_their_inputs(tmp_path: Path) -> None:
    write(tmp_path, "a.json", model("M"))
    write(tmp_path, "b.json", body("A"))
    assert load_definitions(tmp_path).models["M"].inputs == {"A"}


def test_folder_shows_all_findings_of_models(tmp_path: Path) -> None:
    write(tmp_path, "a.json", [model("M"), model("M", evaluationMethod="PARALLEL", key="a b")])
    write(tmp_path, "b.json", model("M"))
    write(tmp_path, "c.json", body("B"))
    assert findings(tmp_path) == [
        "a.json: [0].states[0].onInput.events[0].condition",
        "a.json: [1].key",
        "a.json: [1].evaluationMethod",
        "a.json: [1].states[0].onInput.events[0].condition",
        "b.json: states[0].onInput.events[0].condition",
    ]


def test_folder_refuses_a_model_defined_twice(tmp_path: Path) -> None:
    write(tmp_path, "a.json", [body("A"), model("M"), model("M")])
    with pytest.raises(DefinitionsError, match=r"\[2\]\.detectorModelName: M is also defined in a\.json"):
        load_definitions(tmp_path)


def test_folder_tells_that_alarm_models_are_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, "m.json", [body("A"), {"alarmModelName": "m", "alarmRule": {}, "roleArn": "arn"}])
    with caplog.at_level(logging.WARNING):
        assert list(load_definitions(tmp_path).inputs) == ["A"]
    assert "m.json: [1]: alarm models are not run yet" in caplog.text


def test_folder_shows_all_findings_of_all_files(tmp_path: Path) -> None:
    write(tmp_path, "a.json", [body("9"), {"inputName": "A"}])
    write(tmp_path, "b.json", {"something": "else"})
    write(tmp_path, "c.json", 5)
    (tmp_path / "d.json").write_text("{")
    (tmp_path / "e.yaml").write_text("a: [")
    (tmp_path / "f.json").write_bytes(b"\xff")
    assert findings(tmp_path) == [
        "a.json: [0].inputName",
        "a.json: [1].inputDefinition",
        "b.json: ",
        "c.json: ",
        "d.json: ",
        "e.yaml: ",
        "f.json: ",
    ]


def test_folder_refuses_an_input_defined_twice(tmp_path: Path) -> None:
    write(tmp_path, "a.json", body("A"))
    write(tmp_path, "b.json", [body("B"), body("A")])
    with pytest.raises(DefinitionsError, match=r"b\.json: \[1\]\.inputName: A is also defined in a\.json"):
        load_definitions(tmp_path)


def test_folder_fills_in_templates(tmp_path: Path) -> None:
    template = "Resources: {A: {Type: 'AWS::IoTEvents::Input', Properties: {InputName: !Ref Name, %s}}}"
    (tmp_path / "t.yaml").write_text(template % "InputDefinition: {Attributes: [{JsonPath: id}]}")
    assert list(load_definitions(tmp_path, {"Name": "B"}).inputs) == ["B"]
    assert findings(tmp_path) == ["t.yaml: Resources.A.Properties.InputName"]


def test_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(DefinitionsError, match="nowhere: is not a folder"):
        load_definitions(tmp_path / "nowhere")


def test_folder_without_definitions_says_what_it_holds(tmp_path: Path) -> None:
    for name in ("main.tf", "notes.txt", "serverless.yml", "vars.tf.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "modules").mkdir()
    with pytest.raises(DefinitionsError) as raised:
        load_definitions(tmp_path)
    assert str(raised.value).endswith(
        "holds no input and no model in a file of JSON or YAML (.json, .yaml, .yml); it holds main.tf "
        "(Terraform, not read), modules/, notes.txt, serverless.yml (a file of the Serverless Framework, "
        "not read), vars.tf.json (Terraform's JSON, not read)"
    )


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DefinitionsError, match="it is empty"):
        load_definitions(tmp_path)


def test_empty_folder_warns_if_inputs_are_known(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not load_definitions(tmp_path, None, {"A"}).request_bodies
    assert "holds no input and no model" in caplog.text


def test_folder_opens_no_fifos(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    os.mkfifo(tmp_path / "a.json")
    (tmp_path / "null.yaml").symlink_to(os.devnull)
    with pytest.raises(
        DefinitionsError, match=r"a\.json \(FIFO, not opened\), null\.yaml \(device, not opened\)"
    ):
        load_definitions(tmp_path)
    write(tmp_path, "b.json", body("A"))
    (tmp_path / "folder.json").mkdir()
    with caplog.at_level(logging.WARNING):
        assert list(load_definitions(tmp_path).inputs) == ["A"]
    assert "a.json: is a FIFO, which is not opened" in caplog.text


def test_folder_names_files_of_other_tools(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, "a.json", body("A"))
    write(tmp_path, "main.tf.json", {"resource": {}})
    with caplog.at_level(logging.WARNING):
        load_definitions(tmp_path)
    assert caplog.messages == ["main.tf.json: Terraform's JSON is not read"]


def test_model_without_a_role_is_taken(tmp_path: Path) -> None:
    write(tmp_path, "a.json", [body("A"), {**model("M"), "roleArn": None}])
    assert load_definitions(tmp_path).models["M"].role_arn == ""


def test_key_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '{"inputName": "A", "inputName": "A", "inputDefinition": {"attributes": []}}'
    )
    assert findings(tmp_path)[0] == "a.json: inputName"
