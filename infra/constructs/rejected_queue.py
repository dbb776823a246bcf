"""The queue that keeps the records which can never be accepted, with the reason."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.grants import allow
from infra.constructs.queues import make_last_queue


class RejectedQueue(Construct):
    """Standard queue that the forwarder fills and people empty."""

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption: Encryption, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, construct_id)
        self._encryption = encryption
        self.queue = make_last_queue(
            self,
            "Queue",
            "people empty this queue; what they cannot read stays in it",
            encryption=encryption,
            removal_policy=removal_policy,
        )

    def allow_storing(self, role: iam.Role) -> None:
        """Let the role put records in."""
        allow(role, ["sqs:SendMessage"], self.queue.queue_arn)
        self._encryption.allow_writing(role)
