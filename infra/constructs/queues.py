"""The queues of the stack: encrypted, TLS only, by default kept when the stack is deleted."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.encryption import Encryption
from infra.constructs.nag_acknowledgements import acknowledge

LONGEST_DAYS = 14
"""SQS keeps no message longer."""


def make_queue(
    scope: Construct,
    construct_id: str,
    *,
    encryption: Encryption,
    removal_policy: RemovalPolicy,
    retention_days: int = LONGEST_DAYS,
    fifo: bool = False,
    **properties: Any,
) -> sqs.Queue:
    """Return a queue; a FIFO queue runs its message groups in parallel (high throughput)."""
    if fifo:
        properties |= {
            "fifo": True,
            "deduplication_scope": sqs.DeduplicationScope.MESSAGE_GROUP,
            "fifo_throughput_limit": sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        }
    return sqs.Queue(
        scope,
        construct_id,
        encryption=encryption.of_queue,
        encryption_master_key=encryption.key,
        enforce_ssl=True,
        removal_policy=removal_policy,
        retention_period=Duration.days(retention_days),
        **properties,
    )


def make_last_queue(scope: Construct, construct_id: str, reason: str, **properties: Any) -> sqs.Queue:
    """Return a queue that has no dead-letter queue, with the reason; arguments as for `make_queue`."""
    queue = make_queue(scope, construct_id, **properties)
    acknowledge(queue, {"AwsSolutions-SQS3": reason})
    return queue
