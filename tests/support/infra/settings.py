"""Settings for tests: small documents, and what comes of them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from aws_cdk import App, Stack
from aws_cdk.assertions import Template

from infra.context import Deployment, project_context
from infra.errors import SettingsError
from infra.settings.settings import Settings, parse_settings
from infra.synthesis import make_app

ACCOUNT = "123456789012"
QUEUE_ARN = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:telemetry"
STREAM_ARN = f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/telemetry"
KEY_ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
FUNCTION_ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:iotevents"
FUNCTION_URL = "https://abc123.lambda-url.eu-west-1.on.aws"

CONFIG = {"routes": [{"inputName": "telemetry"}]}
SQS = {"type": "sqs"}
FIFO = {"type": "fifo"}
KINESIS = {"type": "kinesis"}
ALL = {"Plain": SQS, "Ordered": FIFO, "Stream": KINESIS}
STACK = "Trial"


def document(**changes: Any) -> dict[str, Any]:
    """Return settings with one queue; a change of None leaves the key out."""
    whole = {"endpointUrl": "https://iot.internal", "config": CONFIG, "sources": {"Plain": SQS}, **changes}
    return {key: value for key, value in whole.items() if value is not None}


def settings(region: str | None = None, **changes: Any) -> Settings:
    """Return the checked settings."""
    return parse_settings(document(**changes), folder=Path(), region=region)


def problems(region: str | None = None, **changes: Any) -> tuple[str, ...]:
    """Return the problems of settings."""
    with pytest.raises(SettingsError) as caught:
        settings(region, **changes)
    return caught.value.problems


def app(outdir: Path | None = None, **changes: Any) -> App:
    """Return the app of settings, with cdk.json's flags; nothing is bundled."""
    context = {**project_context(), "aws:cdk:bundling-stacks": []}
    return make_app(Deployment(STACK, settings(**changes)), context, str(outdir) if outdir else None)


def template(**changes: Any) -> dict[str, Any]:
    """Return the template of settings."""
    return _template(_frozen(changes))


def resources(type_name: str, **changes: Any) -> dict[str, dict[str, Any]]:
    """Return the resources of one type, by logical id."""
    found = template(**changes)["Resources"]
    return {name: one for name, one in found.items() if one["Type"] == type_name}


def properties(type_name: str, name: str = "", **changes: Any) -> dict[str, Any]:
    """Return the properties of the single resource of a type whose logical id begins so."""
    ((_, found),) = [one for one in resources(type_name, **changes).items() if one[0].startswith(name)]
    return dict(found["Properties"])


def alarm_kinds() -> set[str]:
    """Return the names of all alarms, with SOURCE for a source's name and TYPE for its type."""
    alarms = resources("AWS::CloudWatch::Alarm", sources=ALL).values()
    names = [alarm["Properties"]["AlarmName"].removeprefix(f"{STACK}-") for alarm in alarms]
    return {
        re.sub("^(Plain|Ordered|Stream)", "SOURCE", re.sub("^(Sqs|Fifo|Kinesis)", "TYPE", name))
        for name in names
    }


@cache
def _template(changes: Any) -> dict[str, Any]:
    stack = app(**_thawed(changes)).node.find_child(STACK)
    return dict(Template.from_stack(cast(Stack, stack)).to_json())


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ("object", tuple((key, _frozen(one)) for key, one in value.items()))
    if isinstance(value, list):
        return ("list", tuple(map(_frozen, value)))
    return value


def _thawed(value: Any) -> Any:
    match value:
        case ("object", members):
            return {key: _thawed(one) for key, one in members}
        case ("list", items):
            return [_thawed(one) for one in items]
    return value
