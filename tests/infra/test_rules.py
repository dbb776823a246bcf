import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.settings.rules import visibility_timeout
from infra.settings.sources import QueueSource
from tests.support.infra.settings import (
    CONFIG,
    FIFO,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STREAM_ARN,
    problems,
    settings,
)


def only(**changes: Any) -> str:
    (problem,) = problems(**changes)
    return problem


@pytest.mark.parametrize(("source", "seconds"), [(SQS, 181), ({**SQS, "batchWindow": 5}, 185), (FIFO, 180)])
def test_visibility_follows_the_timeout(source: dict[str, Any], seconds: int) -> None:
    made = settings(sources={"One": source})
    assert isinstance(made.sources[0], QueueSource)
    assert visibility_timeout(made.sources[0], made.function) == seconds


def test_visibility_covers_six_timeouts_and_the_window() -> None:
    settings(sources={"One": {**SQS, "visibilityTimeout": 181}})
    found = only(sources={"One": {**SQS, "visibilityTimeout": 180}})
    assert found.startswith("sources.One.visibilityTimeout: 180 s is less than 6 × function.timeout")
    assert "= 181 s" in found


def test_redelivery_comes_within_the_duplicate_window() -> None:
    settings(sources={"One": {**SQS, "visibilityTimeout": 249}})
    found = only(sources={"One": {**SQS, "visibilityTimeout": 250}})
    assert "250 + 30 (function.timeout) + 20 = 300 s" in found
    assert "sources.One.allowDuplicates: true" in found


def test_duplicates_can_be_accepted() -> None:
    settings(
        sources={"One": {**SQS, "visibilityTimeout": 5430, "allowDuplicates": True}},
        function={"timeout": 900},
    )


def test_long_timeout_leaves_the_duplicate_window() -> None:
    assert only(function={"timeout": 40}).startswith("sources.Plain.visibilityTimeout: a message")


@pytest.mark.parametrize("arn", [QUEUE_ARN, QUEUE_ARN + ".fifo"])
def test_existing_queue_is_checked_alike(arn: str) -> None:
    found = problems(sources={"One": {"existing": {"arn": arn, "visibilityTimeout": 30}}})
    assert found[0].startswith("sources.One.existing.visibilityTimeout: 30 s is less than 6 × ")


def test_batch_over_ten_needs_a_window() -> None:
    settings(sources={"One": {**SQS, "batchSize": 10, "batchWindow": 0}})
    assert only(sources={"One": {**SQS, "batchSize": 11, "batchWindow": 0}}).startswith(
        "sources.One.batchWindow: 0"
    )


@pytest.mark.parametrize("existing", [None, {"arn": STREAM_ARN, "kmsKeyArn": KEY_ARN, "retentionHours": 24}])
def test_retention_covers_age_and_reaction(existing: dict[str, Any] | None) -> None:
    source = KINESIS | ({"existing": existing} if existing else {})
    settings(sources={"One": {**source, "maxRecordAge": 43_200}})
    found = only(sources={"One": {**source, "maxRecordAge": 43_201}})
    assert ".retentionHours: 24 h is less than maxRecordAge + reactionHours = 25 h" in found


@pytest.mark.parametrize(("reserved", "right"), [(14, False), (15, True)])
def test_reserved_concurrency_covers_the_sources(reserved: int, right: bool) -> None:
    sources = {
        "A": {**SQS, "maxConcurrency": 4},
        "B": {**FIFO, "maxConcurrency": 5},
        "C": {**KINESIS, "shards": 3, "parallelizationFactor": 2},
    }
    changes: dict[str, Any] = {"sources": sources, "function": {"reservedConcurrency": reserved}}
    if right:
        settings(**changes)
    else:
        assert only(**changes).startswith("function.reservedConcurrency: 14 is less than")


def test_timeout_covers_a_call() -> None:
    config = {**CONFIG, "connectTimeout": 2, "readTimeout": 5}
    settings(config=config, function={"timeout": 9})
    assert only(config=config, function={"timeout": 8}).startswith("function.timeout: 8 s are too short")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"sources": {"One": {"existing": {"arn": QUEUE_ARN}}}}, "sources.One.existing.arn"),
        ({"sources": {"One": {"existing": {"arn": STREAM_ARN}}}}, "sources.One.existing.arn"),
        ({"sources": {"One": {**KINESIS, "onFailure": QUEUE_ARN}}}, "sources.One.onFailure"),
        ({"kmsKey": KEY_ARN}, "kmsKey"),
    ],
)
def test_other_region_is_refused(changes: dict[str, Any], key: str) -> None:
    settings("eu-west-1", **changes)
    (found,) = problems("us-east-1", **changes)
    assert found.startswith(f"{key}: arn:aws:")
    assert "is in eu-west-1, the deployment in us-east-1" in found


def test_existing_source_chooses_the_region() -> None:
    sources = {"One": {"existing": {"arn": QUEUE_ARN}}}
    assert settings(sources=sources).region == "eu-west-1"


def test_sources_agree_on_a_region() -> None:
    other = {"existing": {"arn": QUEUE_ARN.replace("eu-west-1", "eu-west-3")}}
    found = only(sources={"One": {"existing": {"arn": STREAM_ARN}}, "Two": other})
    assert found.startswith("sources.Two.existing.arn: ")
    assert "sources.One.existing.arn is in it" in found


def test_source_is_read_once() -> None:
    one = {"existing": {"arn": QUEUE_ARN}}
    assert only(sources={"One": one, "Two": one}).startswith(
        "sources.Two.existing.arn: is that of sources.One"
    )


def test_rules_load_no_aws_library() -> None:
    script = "import sys, infra.settings.rules; sys.exit(not {'botocore', 'boto3'}.isdisjoint(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
