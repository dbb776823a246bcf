import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import faults
from local.invoke import (
    InvokeError,
    answers,
    complete,
    local_services,
    main,
    read_template,
    sam_command,
)
from local.sqs.server import LoopbackQueue

HANDLER = """
import os

def handler(event, context):
    return {"event": event, "given": os.environ["GIVEN"], "late": os.environ["LATE"]}
"""


@pytest.fixture
def endpoint() -> Iterator[faults.FaultyEndpoint]:
    with faults.FaultyEndpoint(["RoomTelemetry"]) as endpoint:
        yield endpoint


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    (tmp_path / "asset.abc").mkdir()
    (tmp_path / "asset.abc" / "trial.py").write_text(HANDLER)
    variables = {"GIVEN": "by the template", "LATE": {"Ref": "Queue"}}
    function = {
        "Handler": "trial.handler",
        "Timeout": 5,
        "Code": {"S3Key": "abc.zip"},
        "Environment": {"Variables": variables},
    }
    resources = {
        "Fn1": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Q": {"Type": "AWS::SQS::Queue"},
    }
    (tmp_path / "Trial.template.json").write_text(json.dumps({"Resources": resources}))
    (tmp_path / "event.json").write_text('{"a": 1}')
    return tmp_path


def invoke(assembly: Path, env: Any = None) -> int:
    arguments = [str(assembly / "event.json"), "--assembly", str(assembly), "--stack", "Trial"]
    if env is not None:
        (assembly / "env.json").write_text(json.dumps(env))
        arguments += ["--env", str(assembly / "env.json")]
    return main(arguments)


@pytest.mark.parametrize("env", [{"Parameters": {"LATE": "x"}}, {"Fn1": {"LATE": "x"}}])
def test_function_runs_with_the_templates_environment(
    assembly: Path, env: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(assembly, env) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"event": {"a": 1}, "given": "by the template", "late": "x"}


def test_unknown_value_is_asked_for_by_name(assembly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(assembly) == 2
    error = capsys.readouterr().err
    assert "LATE: known only after a deployment" in error
    assert '--env: {"Parameters": {"LATE": "…"}}' in error


def test_missing_template_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvokeError, match="make synth"):
        read_template(tmp_path / "Trial.template.json")


def test_missing_bundle_is_said(assembly: Path) -> None:
    (assembly / "asset.abc").rename(assembly / "asset.other")
    with pytest.raises(InvokeError, match=r"asset\.abc"):
        read_template(assembly / "Trial.template.json")


def test_given_values_win(assembly: Path) -> None:
    function = read_template(assembly / "Trial.template.json")
    assert complete(function, {"LATE": "x", "GIVEN": "y"}) == {"LATE": "x", "GIVEN": "y"}


def test_sam_is_called_as_documented(assembly: Path) -> None:
    template = assembly / "Trial.template.json"
    command = sam_command(template, read_template(template), Path("events/sqs.json"), Path("env.json"))
    assert " ".join(command) == (
        f"sam local invoke Fn1 --template {template} --event events/sqs.json --env-vars env.json"
    )


def test_only_iot_events_answers(endpoint: faults.FaultyEndpoint) -> None:
    assert answers(endpoint.url)
    with LoopbackQueue() as queue:
        assert not answers(queue.endpoint)
    assert not answers("http://127.0.0.1:9")


def test_services_are_started_for_the_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("local.invoke.SERVER_URL", "http://127.0.0.1:9")
    with local_services() as variables:
        url = variables["AWS_ENDPOINT_URL_IOT_EVENTS_DATA"]
        assert answers(url)
    assert not answers(url)
    assert capsys.readouterr().err == f"messages go to {url}\nrejected records: 0\n"


def test_server_that_answers_is_used(
    endpoint: faults.FaultyEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.invoke.SERVER_URL", endpoint.url)
    with local_services() as variables:
        assert variables["AWS_ENDPOINT_URL_IOT_EVENTS_DATA"] == endpoint.url
