"""The properties that would hurt if they were lost. The table says how, for whoever wants to change one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from infra.constructs.function import RETENTIONS
from infra.settings.function import LOG_RETENTIONS
from tests.support.infra.settings import (
    ALL,
    CONFIG,
    FIFO,
    KEY_ARN,
    KINESIS,
    QUEUE_ARN,
    SQS,
    STREAM_ARN,
    properties,
    resources,
    template,
)

Properties = Mapping[str, Any]
MAPPING = "AWS::Lambda::EventSourceMapping"
FUNCTION = "AWS::Lambda::Function"
QUEUE = "AWS::SQS::Queue"
STREAM = "AWS::Kinesis::Stream"
BUCKET = "AWS::S3::Bucket"


@dataclass(frozen=True)
class Keep:
    """A property of the resource whose logical id begins with `name`, and what happens without it."""

    type: str
    name: str
    holds: Callable[[Properties], bool]
    otherwise: str


def at(path: str, value: Any) -> Callable[[Properties], bool]:
    """Whether the property at a path (names, dots between them) has a value."""

    def holds(found: Properties) -> bool:
        for name in path.split("."):
            found = found[name]
        return bool(found == value)

    return holds


PARTIAL = at("FunctionResponseTypes", ["ReportBatchItemFailures"])
KEPT = (
    Keep(MAPPING, "Plain", PARTIAL, "Lambda ignores the response and deletes what failed"),
    Keep(MAPPING, "Ordered", PARTIAL, "Lambda ignores the response and deletes what failed"),
    Keep(MAPPING, "Stream", PARTIAL, "Lambda ignores the response and goes on behind what failed"),
    Keep(
        MAPPING,
        "Plain",
        at("ScalingConfig.MaximumConcurrency", 5),
        "up to 1 000 invocations hit the endpoint",
    ),
    Keep(
        MAPPING, "Ordered", at("ScalingConfig.MaximumConcurrency", 5), "as many invocations as groups hit it"
    ),
    Keep(MAPPING, "Plain", at("BatchSize", 100), "ten times the invocations"),
    Keep(MAPPING, "Plain", at("MaximumBatchingWindowInSeconds", 1), "batches over 10 are refused"),
    Keep(MAPPING, "Stream", at("BatchSize", 100), "ten times the invocations"),
    Keep(MAPPING, "Stream", at("MaximumBatchingWindowInSeconds", 1), "an invocation for every few records"),
    Keep(MAPPING, "Stream", at("BisectBatchOnFunctionError", True), "a crash takes its whole batch along"),
    Keep(
        MAPPING, "Stream", at("MaximumRetryAttempts", 500), "one bad batch stops its shard until it expires"
    ),
    Keep(
        MAPPING, "Stream", at("MaximumRecordAgeInSeconds", 21_600), "old records hold up new ones for a day"
    ),
    Keep(MAPPING, "Stream", at("ParallelizationFactor", 1), "the endpoint sees ten invocations of a shard"),
    Keep(
        MAPPING,
        "Stream",
        at("StartingPosition", "TRIM_HORIZON"),
        "what comes during the deployment is missed",
    ),
    Keep(
        MAPPING,
        "Stream",
        lambda found: "GivenUpBucket" in json.dumps(found["DestinationConfig"]["OnFailure"]),
        "what is given up is gone",
    ),
    Keep(MAPPING, "Stream", at("MetricsConfig.Metrics", ["EventCount"]), "no alarm sees what was given up"),
    Keep(FUNCTION, "", at("Runtime", "python3.14"), "an older runtime ends earlier"),
    Keep(FUNCTION, "", at("Architectures", ["arm64"]), "a fifth dearer"),
    Keep(FUNCTION, "", at("Handler", "forwarder.handler.lambda_handler"), "every invocation fails"),
    Keep(FUNCTION, "", at("Timeout", 30), "the visibility timeout does not cover it"),
    Keep(FUNCTION, "", at("RecursiveLoop", "Terminate"), "a loop through the endpoint runs up a bill"),
    Keep(FUNCTION, "", at("LoggingConfig.LogFormat", "JSON"), "log levels and fields are not searchable"),
    Keep(
        FUNCTION, "", at("LoggingConfig.ApplicationLogLevel", "INFO"), "above INFO Lambda drops the metrics"
    ),
    Keep(
        FUNCTION, "", lambda found: "LogGroup" in found["LoggingConfig"], "logs go to a group kept for ever"
    ),
    Keep(
        FUNCTION, "", lambda found: "ReservedConcurrentExecutions" not in found, "throttling costs receives"
    ),
    Keep("AWS::Logs::LogGroup", "", at("RetentionInDays", 30), "logs are kept, and paid, for ever"),
    Keep(QUEUE, "PlainQueue", at("VisibilityTimeout", 181), "messages come again while they are worked on"),
    Keep(QUEUE, "PlainQueue", at("RedrivePolicy.maxReceiveCount", 5), "throttling sends good ones away"),
    Keep(QUEUE, "PlainDlq", at("MessageRetentionPeriod", 1_209_600), "dead letters expire in four days"),
    Keep(QUEUE, "PlainQueue", at("SqsManagedSseEnabled", True), "telemetry lies unencrypted"),
    Keep(QUEUE, "OrderedQueue", at("FifoQueue", True), "order is lost"),
    Keep(QUEUE, "OrderedDlq", at("FifoQueue", True), "the redrive is refused"),
    Keep(QUEUE, "OrderedQueue", at("FifoThroughputLimit", "perMessageGroupId"), "300 calls a second for all"),
    Keep(QUEUE, "OrderedQueue", at("DeduplicationScope", "messageGroup"), "the limit per group is refused"),
    Keep(QUEUE, "Rejected", at("MessageRetentionPeriod", 1_209_600), "rejected records expire in four days"),
    Keep(QUEUE, "Rejected", lambda found: "FifoQueue" not in found, "the forwarder refuses to start"),
    Keep(STREAM, "", at("RetentionPeriodHours", 24), "records expire before they are tried again"),
    Keep(STREAM, "", at("StreamEncryption.EncryptionType", "KMS"), "telemetry lies unencrypted"),
    Keep(
        BUCKET, "", at("PublicAccessBlockConfiguration.BlockPublicPolicy", True), "telemetry can be published"
    ),
    Keep(
        BUCKET, "", at("PublicAccessBlockConfiguration.RestrictPublicBuckets", True), "… and read by anyone"
    ),
    Keep(
        BUCKET,
        "",
        lambda found: found["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 14,
        "payloads are kept, and paid, for ever",
    ),
    Keep(
        BUCKET,
        "",
        lambda found: "BucketEncryption" in found,
        "payloads lie unencrypted",
    ),
)


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept.name or kept.type}: {kept.otherwise}")
def test_property_is_kept(kept: Keep) -> None:
    found = properties(kept.type, kept.name, sources=ALL)
    assert kept.holds(found), f"without it: {kept.otherwise}\n{json.dumps(found, indent=1)}"


def test_sources_can_be_any_set() -> None:
    assert [one["Type"] for one in resources(MAPPING, sources={"Only": KINESIS}).values()] == [MAPPING]
    assert resources(STREAM) == {}
    assert len(resources(MAPPING, sources={"A": SQS, "B": SQS, "C": FIFO})) == 3


def test_dead_letter_queues_are_wired() -> None:
    queue = properties(QUEUE, "OrderedQueue", sources=ALL)
    ((dlq, _),) = [one for one in resources(QUEUE, sources=ALL).items() if one[0].startswith("OrderedDlq")]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [dlq, "Arn"]}


@pytest.mark.parametrize("kind", [QUEUE, BUCKET, "AWS::SNS::Topic"])
def test_plain_http_is_refused(kind: str) -> None:
    policies = json.dumps(
        [one for one in template(sources=ALL)["Resources"].values() if "Policy" in one["Type"]]
    )
    for name in resources(kind, sources=ALL):
        assert f'"{name}"' in policies
    statements = [
        statement
        for one in template(sources=ALL)["Resources"].values()
        if one["Type"] in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy")
        for statement in one["Properties"]["PolicyDocument"]["Statement"]
    ]
    refused = [one for one in statements if one["Effect"] == "Deny"]
    assert len(refused) == len([*resources(QUEUE, sources=ALL), *resources(BUCKET, sources=ALL)]) + 1
    assert all(one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for one in refused)


DATA = (QUEUE, STREAM, BUCKET, "AWS::KMS::Key")


@pytest.mark.parametrize(
    ("policy", "deletion", "replacement"),
    [("retain", "RetainExceptOnCreate", "Retain"), ("destroy", "Delete", "Delete")],
)
def test_removal_policy_is_that_of_data(policy: str, deletion: str, replacement: str) -> None:
    found = template(sources=ALL, kmsKey="create", removalPolicy=policy)["Resources"].values()
    data = [one for one in found if one["Type"] in DATA]
    assert len(data) == 5 + 1 + 1 + 1
    assert {one["DeletionPolicy"] for one in data} == {deletion}
    assert {one["UpdateReplacePolicy"] for one in data} == {replacement}


def test_logs_go_with_the_stack() -> None:
    (group,) = resources("AWS::Logs::LogGroup").values()
    assert group["DeletionPolicy"] == "Delete"


def test_what_stays_has_no_name_of_ours() -> None:
    """A fixed name that a removed stack leaves behind would block the next one."""
    found = [one for one in template(sources=ALL)["Resources"].values() if one["Type"] in DATA]
    assert not [one for one in found if {"QueueName", "BucketName", "Name"} & {*one["Properties"]}]


def test_environment_tells_what_only_deployment_knows() -> None:
    variables = properties(FUNCTION, endpointUrl="https://iot.internal/v1")["Environment"]["Variables"]
    assert variables == {
        "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": "https://iot.internal/v1",
        "FORWARDER_CONFIG": "config.json",
        "FORWARDER_REJECTED_QUEUE_URL": {"Ref": "RejectedQueue0BD860D9"},
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": "IotEventsForwarder",
        "POWERTOOLS_SERVICE_NAME": "Trial",
    }


@pytest.mark.parametrize(("level", "application"), [("ERROR", "INFO"), ("DEBUG", "DEBUG")])
def test_log_level_never_drops_metrics(level: str, application: str) -> None:
    found = properties(FUNCTION, function={"logLevel": level})
    assert found["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == level
    assert found["LoggingConfig"]["ApplicationLogLevel"] == application


def test_function_settings_are_taken() -> None:
    changes = {
        "architecture": "x86_64",
        "memory": 1024,
        "timeout": 20,
        "reservedConcurrency": 9,
        "logRetentionDays": 90,
    }
    found = properties(FUNCTION, function=changes)
    assert (found["Architectures"], found["MemorySize"], found["Timeout"]) == (["x86_64"], 1024, 20)
    assert found["ReservedConcurrentExecutions"] == 9
    assert properties("AWS::Logs::LogGroup", function=changes)["RetentionInDays"] == 90


def test_log_retentions_are_their_days() -> None:
    stack = Stack(App(), "Trial")
    for days, retention in RETENTIONS.items():
        logs.LogGroup(stack, f"Days{days}", log_group_name=str(days), retention=retention)
    resources = Template.from_stack(stack).to_json()["Resources"].values()
    groups = [resource["Properties"] for resource in resources]
    assert [group["RetentionInDays"] for group in groups] == [int(group["LogGroupName"]) for group in groups]
    assert tuple(RETENTIONS) == LOG_RETENTIONS


def test_stream_settings_are_taken() -> None:
    changed = {"shards": 3, "parallelizationFactor": 2, "startingPosition": "LATEST", "retryAttempts": 7}
    source = {**KINESIS, **changed, "maxRecordAge": 3600, "retentionHours": 48, "batchWindow": 0}
    stream, mapping = (
        properties(STREAM, sources={"One": source}),
        properties(MAPPING, sources={"One": source}),
    )
    assert (stream["ShardCount"], stream["RetentionPeriodHours"]) == (3, 48)
    assert stream["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert (mapping["ParallelizationFactor"], mapping["MaximumRetryAttempts"]) == (2, 7)
    assert (mapping["StartingPosition"], mapping["MaximumRecordAgeInSeconds"]) == ("LATEST", 3600)


def test_stream_is_on_demand_without_shards() -> None:
    stream = properties(STREAM, sources={"One": KINESIS})
    assert (stream["StreamModeDetails"], "ShardCount" in stream) == ({"StreamMode": "ON_DEMAND"}, False)


def test_fan_out_reads_by_a_consumer() -> None:
    sources = {"One": {**KINESIS, "enhancedFanOut": True}}
    ((consumer, _),) = resources("AWS::Kinesis::StreamConsumer", sources=sources).items()
    mapping = properties(MAPPING, sources=sources)
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [consumer, "ConsumerARN"]}


def test_failures_may_go_to_a_queue() -> None:
    sources = {"One": {**KINESIS, "onFailure": "sqs"}}
    assert resources(BUCKET, sources=sources) == {}
    destination = properties(MAPPING, sources=sources)["DestinationConfig"]["OnFailure"]["Destination"]
    queue = destination["Fn::GetAtt"][0]
    assert "FifoQueue" not in resources(QUEUE, sources=sources)[queue]["Properties"]


def test_failures_may_go_to_an_existing_queue() -> None:
    mapping = properties(MAPPING, sources={"One": {**KINESIS, "onFailure": QUEUE_ARN}})
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": QUEUE_ARN}}


@pytest.mark.parametrize("arn", [QUEUE_ARN, QUEUE_ARN + ".fifo", STREAM_ARN])
def test_existing_source_is_only_read(arn: str) -> None:
    sources = {"One": {"existing": {"arn": arn}}}
    assert properties(MAPPING, sources=sources)["EventSourceArn"] == arn
    assert [name for name in resources(QUEUE, sources=sources) if not name.startswith("Rejected")] == []
    assert resources(STREAM, sources=sources) == {}


def test_customer_key_is_everywhere() -> None:
    changes: dict[str, Any] = {"sources": ALL, "kmsKey": KEY_ARN}
    assert {one["Properties"]["KmsMasterKeyId"] for one in resources(QUEUE, **changes).values()} == {KEY_ARN}
    assert properties(STREAM, **changes)["StreamEncryption"]["KeyId"] == KEY_ARN
    assert properties("AWS::SNS::Topic", **changes)["KmsMasterKeyId"] == KEY_ARN
    rule = properties(BUCKET, **changes)["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY_ARN
    assert resources("AWS::KMS::Key", **changes) == {}


def test_outputs_are_what_is_needed_next() -> None:
    outputs = template(sources=ALL)["Outputs"]
    assert {*outputs} >= {
        "FunctionName",
        "LogGroupName",
        "RejectedQueueUrl",
        "DashboardUrl",
        "AlarmTopicArn",
        "PlainUrl",
        "PlainDlqUrl",
        "OrderedUrl",
        "OrderedDlqUrl",
        "StreamName",
        "StreamGivenUp",
    }
    assert all(one["Description"] for one in outputs.values())


def test_config_of_any_size_is_deployed() -> None:
    routes = [{"when": f"body.kind == '{n}'", "inputName": f"input{n}"} for n in range(500)]
    variables = properties(FUNCTION, config={**CONFIG, "routes": routes})["Environment"]["Variables"]
    assert variables["FORWARDER_CONFIG"] == "config.json"
