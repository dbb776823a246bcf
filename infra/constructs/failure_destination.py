"""Destination of stream records that Lambda gives up: by default a bucket, which keeps the payload."""

from typing import cast

import jsii
from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.grants import allow
from infra.constructs.nag_acknowledgements import acknowledge
from infra.constructs.queues import make_last_queue

KEPT_DAYS = 14


class FailureBucket(Construct):
    """Bucket for whole invocations that were given up; each is deleted after 14 days."""

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption: Encryption, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        self._encryption = encryption
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=encryption.of_bucket,
            encryption_key=encryption.key,
            bucket_key_enabled=encryption.key is not None,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(KEPT_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=removal_policy,
        )
        acknowledge(
            self.bucket, {"AwsSolutions-S1": "only Lambda writes here, and the alarm tells each time"}
        )

    @property
    def destination(self) -> lambda_.IEventSourceDlq:
        """Return the bucket as a mapping's destination."""
        return _Destination(self.bucket.bucket_arn)

    @property
    def name(self) -> str:
        """Return the bucket's name."""
        return self.bucket.bucket_name

    @property
    def _logical_id(self) -> str:
        return str(Stack.of(self).get_logical_id(cast(s3.CfnBucket, self.bucket.node.default_child)))

    def allow_storing(self, role: iam.Role) -> None:
        """Let Lambda write with this role, which needs no more (developer guide, "Retain records ... S3")."""
        allow(role, ["s3:PutObject"], self.bucket.arn_for_objects("*"))
        acknowledge(
            role, {f"AwsSolutions-IAM5[Resource::<{self._logical_id}.Arn>/*]": "Lambda names the objects"}
        )
        allow(role, ["s3:ListBucket"], self.bucket.bucket_arn)
        self._encryption.allow_writing(role)


class FailureQueue(Construct):
    """Queue for references to the records that were given up; their payload is still in the stream only.

    `existing` is the ARN of a standard queue to use instead of an own one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        encryption: Encryption,
        removal_policy: RemovalPolicy,
        existing: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._encryption = None if existing else encryption
        self.queue: sqs.IQueue = (
            sqs.Queue.from_queue_arn(self, "Queue", existing)
            if existing
            else make_last_queue(
                self,
                "Queue",
                "people empty this queue; it is a dead-letter queue itself",
                encryption=encryption,
                removal_policy=removal_policy,
            )
        )

    @property
    def destination(self) -> lambda_.IEventSourceDlq:
        """Return the queue as a mapping's destination."""
        return _Destination(self.queue.queue_arn)

    @property
    def name(self) -> str:
        """Return the queue's URL."""
        return self.queue.queue_url

    def allow_storing(self, role: iam.Role) -> None:
        """Let Lambda write with this role."""
        allow(role, ["sqs:SendMessage"], self.queue.queue_arn)
        if self._encryption:
            self._encryption.allow_writing(role)


@jsii.implements(lambda_.IEventSourceDlq)
class _Destination:
    """Destination without grants: CDK's own for S3 would let the function read and delete objects, too."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def bind(
        self, target: lambda_.IEventSourceMapping, target_handler: lambda_.IFunction
    ) -> lambda_.DlqDestinationConfig:
        """Return the destination; permissions are ours to give."""
        return lambda_.DlqDestinationConfig(destination=self._arn)
