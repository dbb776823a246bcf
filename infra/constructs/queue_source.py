"""An SQS queue that the function reads: the queue, its dead-letter queue, the mapping, the permissions."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.function import ForwarderFunction
from infra.constructs.grants import allow
from infra.constructs.queues import make_last_queue, make_queue
from infra.settings.sources import ExistingQueue, QueueSource

READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda needs to poll a queue (developer guide, "Execution role permissions")."""


class QueueReader(Construct):
    """Queue as a source of the function; `dlq` None: the dead-letter queue of an existing queue is unknown.

    `visibility_timeout` is in seconds and only for a queue that is made here.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: QueueSource,
        visibility_timeout: int | None,
        visibility_backoff: bool,
        forwarder: ForwarderFunction,
        encryption: Encryption,
        removal_policy: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.settings = settings
        self._encryption = encryption
        self._removal_policy = removal_policy
        self.dlq: sqs.IQueue | None
        if settings.existing:
            self.queue, self.dlq = self._import(settings.existing)
        else:
            self.queue, self.dlq = self._make(visibility_timeout)
        self._grant(forwarder, visibility_backoff)
        self.mapping = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=forwarder.function,
            event_source_arn=self.queue.queue_arn,
            batch_size=settings.batch_size,
            max_batching_window=Duration.seconds(settings.batch_window) if settings.batch_window else None,
            max_concurrency=settings.max_concurrency,
            report_batch_item_failures=True,
        )

    def _import(self, existing: ExistingQueue) -> tuple[sqs.IQueue, sqs.IQueue | None]:
        queue = sqs.Queue.from_queue_arn(self, "Queue", str(existing.arn))
        return queue, sqs.Queue.from_queue_arn(self, "Dlq", str(existing.dlq)) if existing.dlq else None

    def _make(self, visibility_timeout: int | None) -> tuple[sqs.Queue, sqs.Queue]:
        fifo = self.settings.type == "fifo"
        dlq = make_last_queue(
            self,
            "Dlq",
            "this is the dead-letter queue",
            encryption=self._encryption,
            removal_policy=self._removal_policy,
            fifo=fifo,
        )
        queue = make_queue(
            self,
            "Queue",
            encryption=self._encryption,
            removal_policy=self._removal_policy,
            retention_days=self.settings.retention_days,
            fifo=fifo,
            visibility_timeout=Duration.seconds(visibility_timeout or 0),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=dlq, max_receive_count=self.settings.max_receive_count
            ),
        )
        return queue, dlq

    def _grant(self, forwarder: ForwarderFunction, visibility_backoff: bool) -> None:
        allow(forwarder.role, [*READING, *self._backing_off(visibility_backoff)], self.queue.queue_arn)
        self._encryption.allow_reading(forwarder.role, self.settings.existing)

    def _backing_off(self, visibility_backoff: bool) -> Sequence[str]:
        return ["sqs:ChangeMessageVisibility"] if visibility_backoff and self.settings.type == "sqs" else []
