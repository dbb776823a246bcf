"""A Kinesis stream that the function reads: the stream, the mapping, the permissions, its failures."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.failure_destination import FailureBucket, FailureQueue
from infra.constructs.function import ForwarderFunction
from infra.constructs.grants import allow
from infra.constructs.nag_acknowledgements import acknowledge
from infra.settings.arns import Arn
from infra.settings.sources import ExistingStream, StreamSource

READING = (
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
)
"""What Lambda needs to poll a stream (developer guide, "Execution role permissions")."""

_POSITIONS = {
    "TRIM_HORIZON": lambda_.StartingPosition.TRIM_HORIZON,
    "LATEST": lambda_.StartingPosition.LATEST,
}


class StreamReader(Construct):
    """Stream as a source of the function; records that are given up go to `failures`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: StreamSource,
        forwarder: ForwarderFunction,
        encryption: Encryption,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.settings = settings
        self._encryption = encryption
        self._removal_policy = removal_policy
        self.stream = self._import(settings.existing) if settings.existing else self._make()
        self.failures = self._destination()
        self.failures.allow_storing(forwarder.role)
        self._grant(forwarder)
        self.mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=forwarder.function,
            event_source_arn=self._consumer(forwarder)
            if settings.enhanced_fan_out
            else self.stream.stream_arn,
            batch_size=settings.batch_size,
            max_batching_window=Duration.seconds(settings.batch_window) if settings.batch_window else None,
            parallelization_factor=settings.parallelization_factor,
            starting_position=_POSITIONS[settings.starting_position],
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=settings.retry_attempts,
            max_record_age=Duration.seconds(settings.max_record_age),
            on_failure=self.failures.destination,
            metrics_config=lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT]),
        )

    def _import(self, existing: ExistingStream) -> kinesis.IStream:
        return kinesis.Stream.from_stream_arn(self, "Stream", str(existing.arn))

    def _make(self) -> kinesis.Stream:
        shards = self.settings.shards
        stream = kinesis.Stream(
            self,
            "Stream",
            stream_mode=kinesis.StreamMode.PROVISIONED if shards else kinesis.StreamMode.ON_DEMAND,
            shard_count=shards,
            retention_period=Duration.hours(self.settings.retention_hours),
            encryption=self._encryption.of_stream,
            encryption_key=self._encryption.key,
            removal_policy=self._removal_policy,
        )
        if self._encryption.key:
            acknowledge(stream, {"AwsSolutions-KDS3": "the settings ask for this key"})
        return stream

    def _destination(self) -> FailureBucket | FailureQueue:
        chosen = self.settings.on_failure
        if chosen == "s3":
            return FailureBucket(
                self, "GivenUp", encryption=self._encryption, removal_policy=self._removal_policy
            )
        return FailureQueue(
            self,
            "GivenUp",
            encryption=self._encryption,
            removal_policy=self._removal_policy,
            existing=str(chosen) if isinstance(chosen, Arn) else None,
        )

    def _consumer(self, forwarder: ForwarderFunction) -> str:
        consumer = kinesis.CfnStreamConsumer(
            self,
            "Consumer",
            consumer_name=f"{Stack.of(self).stack_name}-{self.node.id}",
            stream_arn=self.stream.stream_arn,
        )
        allow(
            forwarder.role,
            ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"],
            consumer.attr_consumer_arn,
        )
        return consumer.attr_consumer_arn

    def _grant(self, forwarder: ForwarderFunction) -> None:
        allow(forwarder.role, READING, self.stream.stream_arn)
        self._encryption.allow_reading(forwarder.role, self.settings.existing)
