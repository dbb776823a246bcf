"""Encryption at rest: keys that AWS manages, or one key of the customer's for everything that holds data."""

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.grants import allow
from infra.settings.arns import Arn
from infra.settings.sources import ExistingQueue, ExistingStream


class Encryption(Construct):
    """Encryption of queues, streams, buckets and the topic; `key` None: by keys that AWS manages.

    A key that is made here lets CloudWatch use it for the topic, without which no alarm could be sent (SNS
    developer guide, "Enable compatibility between event sources from AWS services and encrypted topics"). The
    policy of an imported key is its owner's, see docs/deployment.md.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, kms_key: Arn | str | None, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        self.key: kms.IKey | None = None
        if isinstance(kms_key, Arn):
            self.key = kms.Key.from_key_arn(self, "Key", str(kms_key))
        elif kms_key == "create":
            self.key = self._make(removal_policy)

    @property
    def of_queue(self) -> sqs.QueueEncryption:
        """Return the encryption of a queue."""
        return sqs.QueueEncryption.KMS if self.key else sqs.QueueEncryption.SQS_MANAGED

    @property
    def of_stream(self) -> kinesis.StreamEncryption:
        """Return the encryption of a stream."""
        return kinesis.StreamEncryption.KMS if self.key else kinesis.StreamEncryption.MANAGED

    @property
    def of_bucket(self) -> s3.BucketEncryption:
        """Return the encryption of a bucket."""
        return s3.BucketEncryption.KMS if self.key else s3.BucketEncryption.S3_MANAGED

    def allow_reading(self, role: iam.Role, existing: ExistingQueue | ExistingStream | None) -> None:
        """Let the role decrypt what a source holds: an existing one, or one of ours."""
        ours = self.key.key_arn if self.key else None
        key = existing.kms_key if existing else ours
        if key:
            allow(role, ["kms:Decrypt"], str(key))

    def allow_writing(self, role: iam.Role) -> None:
        """Let the role encrypt what it stores: SQS and S3 ask for a data key, SQS reads it again."""
        if self.key:
            allow(role, ["kms:Decrypt", "kms:GenerateDataKey"], self.key.key_arn)

    def _make(self, removal_policy: RemovalPolicy) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            description="Telemetry on its way to IoT Events",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsToTheTopic",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        return key
