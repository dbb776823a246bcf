"""Every validator there is, on every variation of the stack."""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint

from infra.errors import SettingsError
from tests.support.infra.settings import (
    ALL,
    CONFIG,
    FIFO,
    FUNCTION_ARN,
    FUNCTION_URL,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STACK,
    STREAM_ARN,
    app,
)

VARIATIONS: dict[str, dict[str, Any]] = {
    "example": {"sources": ALL},
    "queue": {"sources": {"One": SQS}},
    "FIFO queue": {"sources": {"One": FIFO}},
    "stream": {"sources": {"One": {**KINESIS, "shards": 2, "parallelizationFactor": 10}}},
    "fan-out, failures to SQS": {"sources": {"One": {**KINESIS, "enhancedFanOut": True, "onFailure": "sqs"}}},
    "made key": {"sources": ALL, "kmsKey": "create"},
    "imported key": {"sources": ALL, "kmsKey": KEY_ARN},
    "destroyed": {"sources": ALL, "removalPolicy": "destroy"},
    "existing sources": {
        "sources": {
            "A": {"existing": {"arn": QUEUE_ARN, "dlqArn": QUEUE_ARN + "-dlq", "kmsKeyArn": KEY_ARN}},
            "B": {"existing": {"arn": QUEUE_ARN + ".fifo", "visibilityTimeout": 200}},
            "C": {"existing": {"arn": STREAM_ARN}, "onFailure": QUEUE_ARN + "-failures"},
        }
    },
    "function URL": {"endpointUrl": FUNCTION_URL, "endpointFunctionArn": FUNCTION_ARN},
    "API": {"endpointUrl": "https://abc.execute-api.eu-west-1.amazonaws.com/prod"},
    "everything else": {
        "function": {
            "tracing": True,
            "architecture": "x86_64",
            "reservedConcurrency": 50,
            "logLevel": "DEBUG",
        },
        "alarms": {"emails": ["ops@fleet.example"]},
        "config": {**CONFIG, "visibilityBackoff": True},
    },
}
IGNORED = ["W3005"]
"""CDK says a dependency twice."""


@pytest.mark.parametrize("name", VARIATIONS)
def test_variation_is_clean(name: str, tmp_path: Path) -> None:
    """Synthesizing runs CDK's own strict rules and cdk-nag's AwsSolutions; either raises."""
    app(tmp_path, **VARIATIONS[name]).synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    findings = [one for plugin in report["pluginReports"] for one in plugin["violations"]]
    assert [one for one in findings if not one["ruleName"].startswith("Annotation::settings-")] == []
    text = (tmp_path / f"{STACK}.template.json").read_text()
    assert [str(one) for one in lint(text, config=ManualArgs(ignore_checks=IGNORED))] == []


def test_nag_would_find_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.constructs.failure_destination.acknowledge", lambda *_: None)
    with pytest.raises(RuntimeError, match=r"AwsSolutions-S1"):
        app(tmp_path, sources={"One": KINESIS}).synth()


def test_template_does_not_depend_on_the_moment(tmp_path: Path) -> None:
    texts = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        app(folder, sources=ALL).synth()
        texts.append((folder / f"{STACK}.template.json").read_text())
    assert texts[0] == texts[1]


def test_wrong_settings_come_before_the_app(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        app(tmp_path / "out", sources={})
    assert not (tmp_path / "out").exists()
