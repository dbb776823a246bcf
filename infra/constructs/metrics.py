"""The metrics that alarms and the dashboard show, by name: the function's own, and those of AWS."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from forwarder.response import metrics

MINUTE = Duration.minutes(1)


def own(name: str, *, service: str, source: str, statistic: str = "Sum") -> cloudwatch.Metric:
    """Return a metric that the function writes; `source` is sqs, fifo or kinesis."""
    return cloudwatch.Metric(
        namespace=metrics.NAMESPACE,
        metric_name=name,
        dimensions_map=dict(zip(metrics.DIMENSIONS, (service, source), strict=True)),
        statistic=statistic,
        period=MINUTE,
    )


def waiting(queue: sqs.IQueue) -> cloudwatch.Metric:
    """Return how many messages lie in a queue."""
    return queue.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum")


def oldest_message(queue: sqs.IQueue) -> cloudwatch.Metric:
    """Return the age of a queue's oldest message in seconds."""
    return queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum")


def of_function(function: lambda_.IFunction, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
    """Return one of Lambda's metrics of a function."""
    return function.metric(name, period=MINUTE, statistic=statistic)


def of_mapping(mapping: lambda_.EventSourceMapping, name: str) -> cloudwatch.Metric:
    """Return one of the event counts of an event source mapping."""
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=name,
        dimensions_map={"EventSourceMappingUUID": mapping.event_source_mapping_id},
        statistic="Sum",
        period=MINUTE,
    )


def log_bytes(group: logs.ILogGroup) -> cloudwatch.Metric:
    """Return how many bytes of logs are taken in, which is what logs cost."""
    return cloudwatch.Metric(
        namespace="AWS/Logs",
        metric_name="IncomingBytes",
        dimensions_map={"LogGroupName": group.log_group_name},
        statistic="Sum",
        period=MINUTE,
    )
