import json
from pathlib import Path
from typing import Any

import pytest

from infra.context import context_of, deployment_of, project_context
from infra.errors import SettingsError
from infra.settings.arns import Arn
from infra.settings.sources import QueueSource, StreamSource
from infra.settings.warnings import warnings_of
from tests.support.infra.settings import (
    ALL,
    CONFIG,
    FIFO,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STREAM_ARN,
    document,
    problems,
    settings,
)

DEFAULTS: dict[str, dict[str, Any]] = {
    "sqs": {"batch_size": 100, "batch_window": 1, "max_concurrency": 5, "max_receive_count": 5},
    "fifo": {"batch_size": 10, "batch_window": 0, "max_concurrency": 5, "max_receive_count": 5},
    "kinesis": {
        "batch_size": 100,
        "batch_window": 1,
        "retry_attempts": 500,
        "max_record_age": 21_600,
        "retention_hours": 24,
        "parallelization_factor": 1,
        "on_failure": "s3",
        "enhanced_fan_out": False,
        "starting_position": "TRIM_HORIZON",
        "shards": None,
    },
}


def source_problem(**source: Any) -> str:
    (problem,) = problems(sources={"One": source})
    return problem


@pytest.mark.parametrize("kind", DEFAULTS)
def test_source_defaults(kind: str) -> None:
    (source,) = settings(sources={"One": {"type": kind}}).sources
    assert {name: getattr(source, name) for name in DEFAULTS[kind]} == DEFAULTS[kind]


def test_function_defaults() -> None:
    made = settings()
    assert (made.function.architecture, made.function.memory, made.function.timeout) == ("arm64", 512, 30)
    assert made.function.log_retention_days == 30
    assert (made.removal_policy, made.kms_key, made.region) == ("retain", None, None)


def test_example_is_right() -> None:
    made = deployment_of(project_context(), {}).settings
    assert [one.type for one in made.sources] == ["sqs", "fifo", "kinesis"]
    assert made.endpoint.is_example


@pytest.mark.parametrize("key", ["endpointUrl", "config", "sources"])
def test_key_is_required(key: str) -> None:
    assert problems(**{key: None}) == (f"{key}: missing",)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"endpointURL": "x"}, "endpointURL: unknown key; did you mean endpointUrl?"),
        ({"function": {"memorySize": 1}}, "function.memorySize: unknown key; did you mean memory?"),
        ({"sources": {"A": {**SQS, "window": 1}}}, "sources.A.window: unknown key; did you mean"),
        ({"alarms": {"mail": []}}, "alarms.mail: unknown key; did you mean emails?"),
    ],
)
def test_unknown_key_is_refused(changes: dict[str, Any], problem: str) -> None:
    (found,) = problems(**changes)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sources": {}}, "sources: must be an object with at least one source"),
        ({"sources": {"a-b": SQS}}, 'sources: "a-b" is no source name'),
        ({"sources": {"A": 1}}, "sources.A: must be an object"),
        ({"sources": {"A": {}}}, "sources.A.type: missing; it is sqs, fifo or kinesis"),
        ({"sources": {"A": {"type": "sns"}}}, "sources.A.type: must be sqs, fifo or kinesis"),
        ({"function": {"logRetentionDays": 31}}, "function.logRetentionDays: must be one of"),
        ({"function": {"architecture": "x86"}}, "function.architecture: must be arm64 or x86_64"),
        ({"alarms": {"emails": ["nobody"]}}, 'alarms.emails: "nobody" is no e-mail address'),
        ({"kmsKey": "alias/mine"}, "kmsKey: must be the ARN of a key"),
        ({"removalPolicy": "keep"}, "removalPolicy: must be retain or destroy"),
        ({"signingRegion": "Ireland"}, "signingRegion: must be an AWS region"),
        ({"endpointUrl": "http://iot.internal"}, "endpointUrl: 'http://iot.internal' would send messages"),
        ({"endpointUrl": "iot.internal"}, "endpointUrl: must be a URL"),
    ],
)
def test_wrong_value_is_named(changes: dict[str, Any], problem: str) -> None:
    (found,) = problems(**changes)
    assert found.startswith(problem)


def test_http_is_allowed_on_request() -> None:
    assert settings(endpointUrl="http://iot.internal", allowHttp=True).endpoint.allow_http


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({**SQS, "maxConcurrency": 1}, "maxConcurrency: must be an integer from 2 to 1000, not 1"),
        ({**SQS, "maxConcurrency": 1001}, "maxConcurrency: must be an integer from 2 to 1000, not 1001"),
        ({**FIFO, "batchSize": 11}, "batchSize: must be an integer from 1 to 10, not 11"),
        ({**FIFO, "batchWindow": 1}, "batchWindow: not on a FIFO queue, which has no batch window"),
        ({**KINESIS, "retryAttempts": -1}, "retryAttempts: must be an integer from 0 to 10000, not -1"),
        ({**KINESIS, "parallelizationFactor": 11}, "parallelizationFactor: must be an integer from 1 to 10"),
        ({**KINESIS, "onFailure": "sns"}, "onFailure: must be s3, sqs, or the ARN of a queue"),
        ({**KINESIS, "onFailure": QUEUE_ARN + ".fifo"}, f"onFailure: {QUEUE_ARN}.fifo is a FIFO queue"),
        ({**SQS, "existing": {"arn": "telemetry"}}, "existing.arn: must be the ARN of a queue"),
        ({**SQS, "existing": {}}, "existing.arn: missing"),
        (
            {**SQS, "existing": {"arn": STREAM_ARN}},
            "type: is sqs, but the ARN of the existing source is of kinesis",
        ),
        ({**SQS, "existing": {"arn": QUEUE_ARN + ".fifo"}}, "type: is sqs, but the ARN"),
        (
            {"existing": {"arn": QUEUE_ARN, "dlqArn": QUEUE_ARN + "-dlq.fifo"}},
            f"existing.dlqArn: {QUEUE_ARN}-dlq.fifo cannot be the dead-letter queue of a standard queue",
        ),
        (
            {"existing": {"arn": QUEUE_ARN, "kmsKeyArn": "alias/a"}},
            "existing.kmsKeyArn: must be the ARN of a key",
        ),
    ],
)
def test_wrong_source_is_named(source: dict[str, Any], problem: str) -> None:
    assert source_problem(**source).startswith(f"sources.One.{problem}")


@pytest.mark.parametrize(
    ("arn", "kind"), [(QUEUE_ARN, "sqs"), (QUEUE_ARN + ".fifo", "fifo"), (STREAM_ARN, "kinesis")]
)
def test_arn_tells_the_type(arn: str, kind: str) -> None:
    (source,) = settings(sources={"One": {"existing": {"arn": arn}}}).sources
    assert source.type == kind


def test_existing_queue_is_described() -> None:
    told = {"arn": QUEUE_ARN, "visibilityTimeout": 200, "kmsKeyArn": KEY_ARN, "dlqArn": QUEUE_ARN + "-dlq"}
    (source,) = settings(sources={"One": {"existing": told}}).sources
    assert isinstance(source, QueueSource)
    assert source.existing is not None
    assert (str(source.existing.arn), str(source.existing.dlq)) == (QUEUE_ARN, QUEUE_ARN + "-dlq")


def test_destination_may_exist() -> None:
    (source,) = settings(sources={"One": {**KINESIS, "onFailure": QUEUE_ARN}}).sources
    assert isinstance(source, StreamSource)
    assert isinstance(source.on_failure, Arn)


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        endpointUrl=None,
        config={"routes": [{}], "worker": 1},
        sources={"A": {**SQS, "batchWindow": 0}, "B": {**FIFO, "batchSize": 99}},
        function={"timeout": 2},
        removal="x",
    )
    keys = [one.split(":")[0] for one in found]
    assert keys == [
        "removal",
        "endpointUrl",
        "config",
        "config",
        "sources.B.batchSize",
        "sources.A.batchWindow",
    ]


def test_config_is_checked_by_the_forwarder() -> None:
    (found,) = problems(config={**CONFIG, "workers": 0})
    assert found == "config: workers: must be an integer from 1 to 64, not 0"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("endpointUrl", "https://a.b", "say it in the settings' endpointUrl"),
        ("signingName", "lambda", "say it in the settings' signingName"),
        ("rejectedQueueUrl", "https://a.b/c", "leave it out"),
    ],
)
def test_config_leaves_deployment_to_the_settings(key: str, value: str, said: str) -> None:
    (found,) = problems(config={**CONFIG, key: value})
    assert found.startswith(f"config: {key}: comes from the deployment; ")
    assert said in found


def test_signing_goes_into_the_bundled_config() -> None:
    made = settings(signingName="execute-api", signingRegion="eu-west-1")
    assert made.bundled_config() == {**CONFIG, "signingName": "execute-api", "signingRegion": "eu-west-1"}


def write(folder: Path, content: Any) -> str:
    (folder / "settings.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return str(folder / "settings.json")


def test_settings_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "forwarder.json").write_text(json.dumps({**CONFIG, "workers": 3}))
    path = write(tmp_path, document(config="forwarder.json"))
    deployment = deployment_of({"settings": path, "stack": "Other"}, {})
    assert deployment.stack == "Other"
    assert deployment.settings.config.parsed.workers == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "cannot be read: "),
        ("[]", "they are []; they must be an object"),
        ('{"config": 1, "config": 2}', "config: stands twice in one object"),
    ],
)
def test_file_that_is_no_settings_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SettingsError, match=r"settings\.json are wrong") as caught:
        deployment_of({"settings": path}, {})
    assert caught.value.problems[0].startswith(problem)


def test_config_file_that_is_missing_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, document(config="none.json"))
    with pytest.raises(SettingsError, match=r"config: cannot read 'none\.json'"):
        deployment_of({"settings": path}, {})


def test_cli_context_wins() -> None:
    context = context_of({"CDK_CONTEXT_JSON": '{"stack": "Mine"}'})
    assert context["stack"] == "Mine"
    assert context["settings"] == project_context()["settings"]


def test_example_is_doubted() -> None:
    (warning,) = warnings_of(settings(endpointUrl="https://iotevents.example.com"))
    assert "`make deploy` refuses it" in warning


def test_unstated_queue_is_doubted() -> None:
    (warning,) = warnings_of(settings(sources={"One": {"existing": {"arn": QUEUE_ARN}}}))
    assert warning.startswith("sources.One.existing: visibilityTimeout, kmsKeyArn, dlqArn not stated")
    assert "aws sqs get-queue-attributes --region eu-west-1" in warning
    assert "VisibilityTimeout KmsMasterKeyId RedrivePolicy" in warning


def test_unstated_stream_is_doubted() -> None:
    (warning,) = warnings_of(
        settings(sources={"One": {"existing": {"arn": STREAM_ARN, "retentionHours": 48}}})
    )
    assert warning.startswith("sources.One.existing: kmsKeyArn not stated")
    assert f"aws kinesis describe-stream-summary --region eu-west-1 --stream-arn {STREAM_ARN}" in warning


def test_concurrency_of_a_stream_on_demand_is_doubted() -> None:
    (warning,) = warnings_of(settings(sources={"One": KINESIS}, function={"reservedConcurrency": 5}))
    assert warning.startswith("function.reservedConcurrency: 5 may be too little")


def test_retry_on_a_stream_is_doubted() -> None:
    (warning,) = warnings_of(settings(sources={"One": KINESIS}, config={**CONFIG, "onRejected": "retry"}))
    assert warning.startswith("config.onRejected: with retry a record of sources.One")


def test_retry_on_a_fifo_queue_is_doubted() -> None:
    (warning,) = warnings_of(settings(sources={"One": FIFO}, config={**CONFIG, "onRejected": "retry"}))
    assert warning.startswith("config.onRejected: with retry a message of sources.One")


def test_certain_settings_raise_no_doubt() -> None:
    assert list(warnings_of(settings(sources=ALL))) == []
