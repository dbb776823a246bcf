"""Assemblies of the CDK: the stacks of `cdk.out`, nested ones and stages included."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from iotevents.definitions.loading import load_definitions
from iotevents.errors import DefinitionsError


def write(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))


def stack(template: str, environment: str = "aws://unknown-account/unknown-region", **more: Any) -> Any:
    properties = {"templateFile": template, **more}
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}


def manifest(folder: Path, **artifacts: Any) -> None:
    tree = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    write(folder / "manifest.json", {"version": "38.0.1", "artifacts": {"Tree": tree, **artifacts}})
    write(folder / "tree.json", {"version": "tree-0.1", "tree": {}})
    write(folder / "X.assets.json", {"files": {}})


def template(*, target: Any = None, input_name: str | None = None, **more: Any) -> Any:
    named = {"InputName": input_name} if input_name else {}
    name = {"Fn::Sub": "$input.${In}.id > 0"}
    actions = [{"Sns": {"TargetArn": target}}] if target else []
    event = {"EventName": "e", "Condition": name, "Actions": actions}
    definition = {
        "InitialStateName": "s",
        "States": [{"StateName": "s", "OnInput": {"Events": [event]}}],
    }
    resources = {
        "In": {
            "Type": "AWS::IoTEvents::Input",
            "Properties": {**named, "InputDefinition": {"Attributes": [{"JsonPath": "id"}]}},
        },
        "Model": {
            "Type": "AWS::IoTEvents::DetectorModel",
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DetectorModelDefinition": definition,
            },
        },
    }
    return {"Resources": resources | more.pop("resources", {}), **more}


def targets(folder: Path, **parameters: Any) -> dict[str, str]:
    """Return the targets of the models' actions, by the names of the models."""
    models = load_definitions(folder, parameters).models
    events = {name: model.states["s"].on_input[0] for name, model in models.items()}
    return {name: event.actions[0].parameters[0][1].text for name, event in events.items() if event.actions}  # type: ignore[union-attr]


def test_model_without_a_name_has_its_stacks(tmp_path: Path) -> None:
    manifest(tmp_path, Plant=stack("Plant.template.json"))
    write(tmp_path / "Plant.template.json", template())
    definitions = load_definitions(tmp_path)
    assert list(definitions.models) == ["Plant-Model"]
    assert definitions.models["Plant-Model"].inputs == {"In"} == set(definitions.inputs)


def test_stacks_of_one_construct_do_not_collide(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json", stackName="plant-a"), B=stack("B.template.json"))
    for name in "AB":
        write(tmp_path / f"{name}.template.json", template())
    definitions = load_definitions(tmp_path)
    assert sorted(definitions.models) == ["B-Model", "plant-a-Model"]
    assert sorted(definitions.inputs) == ["B_In", "plant_a_In"]
    assert definitions.models["plant-a-Model"].inputs == {"plant_a_In"}


def test_assembly_knows_account_and_region(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json", "aws://123456789012/eu-west-1"))
    write(
        tmp_path / "A.template.json",
        template(target={"Fn::Sub": "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}"}),
    )
    assert targets(tmp_path) == {"A-Model": "arn:aws:sns:eu-west-1:123456789012:A"}


def test_assembly_has_stages_and_nested_stacks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    manifest(tmp_path, **{"assembly-Prod": stage})
    folder = tmp_path / "assembly-Prod"
    manifest(folder, ProdPlant=stack("ProdPlant.template.json", stackName="Plant"))
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"Parameters": {"Topic": "arn:t", "Other": {"Ref": "Nowhere"}}, "TemplateURL": {}},
        "Metadata": {"aws:asset:path": "Nested.nested.template.json", "aws:asset:property": "TemplateURL"},
    }
    output = {"Fn::GetAtt": ["Nested", "Outputs.Alarms"]}
    write(
        folder / "ProdPlant.template.json",
        template(target=output, input_name="Out", resources={"Nested": nested}),
    )
    write(
        folder / "Nested.nested.template.json",
        template(
            target={"Ref": "Topic"},
            Parameters={"Topic": {"Type": "String"}},
            Outputs={"Alarms": {"Value": {"Ref": "Topic"}}},
        ),
    )
    with caplog.at_level(logging.WARNING):
        assert targets(tmp_path) == {"Plant-Model": "arn:t", "Plant-Nested-Model": "arn:t"}
    warnings = [record.getMessage() for record in caplog.records]
    assert warnings == [
        "placeholders stand for what is unresolved: Role.Arn (assembly-Prod/Nested.nested.template.json), "
        "Role.Arn (assembly-Prod/ProdPlant.template.json); the file of --parameters gives their values"
    ]
    assert targets(tmp_path, Topic="arn:own")["Plant-Nested-Model"] == "arn:own"


def test_assembly_without_definitions_is_an_error(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json"))
    write(tmp_path / "A.template.json", {"Resources": {}})
    with pytest.raises(
        DefinitionsError, match=r"it holds A\.template\.json, X\.assets\.json, manifest\.json"
    ):
        load_definitions(tmp_path)


def test_assembly_names_templates_that_are_missing(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json"))
    with pytest.raises(DefinitionsError, match=r"A\.template\.json: cannot be read"):
        load_definitions(tmp_path)


def test_templates_outside_an_assembly_collide(tmp_path: Path) -> None:
    write(tmp_path / "a.template.json", template(input_name="A"))
    write(tmp_path / "b.template.json", template(input_name="B"))
    with pytest.raises(DefinitionsError) as raised:
        load_definitions(tmp_path)
    assert str(raised.value) == (
        "b.template.json: Resources.Model.Properties.detectorModelName: Model is also defined in "
        "a.template.json: Resources.Model.Properties"
    )


def test_stack_has_what_another_exports(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json"), B=stack("B.template.json"))
    export = {"Value": {"Ref": "In"}, "Export": {"Name": "B:ExportsOutputRefIn"}}
    write(tmp_path / "B.template.json", template(input_name="Cars", Outputs={"Out": export}))
    importing = template(input_name="Own")
    event = importing["Resources"]["Model"]["Properties"]["DetectorModelDefinition"]["States"][0]
    event["OnInput"]["Events"][0]["Condition"] = {
        "Fn::Join": ["", ["$input.", {"Fn::ImportValue": "B:ExportsOutputRefIn"}, ".id > 0"]]
    }
    write(tmp_path / "A.template.json", importing)
    assert load_definitions(tmp_path).models["A-Model"].inputs == {"Cars"}


def test_nested_stack_is_known_by_its_asset(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json"))
    url = {"Fn::Sub": "https://s3.${AWS::Region}.${AWS::URLSuffix}/assets/0a1b2c.json"}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    write(tmp_path / "A.template.json", {"Resources": {"N": nested}})
    source = {"path": "N.nested.template.json", "packaging": "file"}
    write(tmp_path / "A.assets.json", {"files": {"0a1b2c": {"source": source}}})
    write(tmp_path / "N.nested.template.json", template())
    assert list(load_definitions(tmp_path).models) == ["A-N-Model"]


def test_nested_stack_in_itself_ends(tmp_path: Path) -> None:
    manifest(tmp_path, A=stack("A.template.json"))
    nested = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "A.template.json"}}
    write(tmp_path / "A.template.json", template(resources={"N": nested}))
    assert "A-Model" in load_definitions(tmp_path).models


def test_manifest_that_is_a_fifo_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(DefinitionsError, match=r"manifest\.json \(FIFO, not opened\)"):
        load_definitions(tmp_path)


def test_assembly_written_wrongly_is_an_error(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "nowhere"}}
    manifest(tmp_path, A=stack("A.template.json"), B=stage)
    write(tmp_path / "A.template.json", {"Resources": []})
    with pytest.raises(DefinitionsError) as raised:
        load_definitions(tmp_path)
    assert str(raised.value).splitlines() == [
        "A.template.json: Resources: must be an object",
        "nowhere/manifest.json: is not an assembly's manifest",
    ]
