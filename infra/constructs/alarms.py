"""Alarms, on an SNS topic that CloudWatch may publish to."""

from aws_cdk import Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from forwarder.response import metrics as metric_names

from infra.constructs import metrics
from infra.constructs.encryption import Encryption
from infra.constructs.failure_destination import FailureQueue
from infra.constructs.function import ForwarderFunction
from infra.constructs.queue_source import QueueReader
from infra.constructs.stream_source import StreamReader
from infra.settings.function import AlarmSettings

SOME_MINUTES = (3, 5)
"""Three of the last five: what a retry puts right wakes no one."""
AT_ONCE = (1, 1)


class Alarms(Construct):
    """Alarms named after their cause, with the remedy in the description."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: AlarmSettings, encryption: Encryption
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self.topic = self._make_topic(encryption)
        self.alarms: list[cloudwatch.Alarm] = []

    def watch_function(self, forwarder: ForwarderFunction, source_types: tuple[str, ...]) -> None:
        """Watch the function's errors and throttles, and its own counts by type of source."""
        function = forwarder.function
        errors, throttles = (
            metrics.of_function(function, "Errors"),
            metrics.of_function(function, "Throttles"),
        )
        self._add("Errors", errors, "the function raised or ran out of time: read its logs", SOME_MINUTES)
        self._add(
            "Throttles",
            throttles,
            "invocations were refused for lack of concurrency, which costs SQS messages their receives:"
            " raise reservedConcurrency or the account's limit",
            SOME_MINUTES,
        )
        for source in source_types:
            self._watch_own(forwarder.service, source)

    def watch_rejected(self, queue: sqs.IQueue) -> None:
        """Watch the rejected-records queue."""
        self._not_empty(
            "RejectedRecords", queue, "records that can never be accepted were stored: each says why"
        )

    def watch_queue(self, reader: QueueReader) -> None:
        """Watch a queue's age and its dead-letter queue."""
        name = reader.settings.name
        self._add(
            f"{name}OldestMessage",
            metrics.oldest_message(reader.queue),
            "messages wait too long: look for throttling, errors and what the endpoint answers",
            SOME_MINUTES,
            self._settings.oldest_message_minutes * 60,
        )
        if reader.dlq:
            self._not_empty(
                f"{name}DeadLetters", reader.dlq, "messages were received too often: read why, then redrive"
            )

    def watch_stream(self, reader: StreamReader) -> None:
        """Watch what was given up of a stream."""
        name = reader.settings.name
        if isinstance(reader.failures, FailureQueue):
            self._not_empty(
                f"{name}GivenUp",
                reader.failures.queue,
                "records were given up: read them again before they expire",
            )
        else:
            given_up = metrics.of_mapping(reader.mapping, "OnFailureDestinationDeliveredEventCount")
            self._add(f"{name}GivenUp", given_up, "records were given up: they are in the bucket", AT_ONCE)
        dropped = metrics.of_mapping(reader.mapping, "DroppedEventCount")
        self._add(
            f"{name}Dropped", dropped, "records were lost: they expired or could not be stored", AT_ONCE
        )

    def watch_iterator_age(self, forwarder: ForwarderFunction) -> None:
        """Watch the age of the last record that the function read from any of its streams."""
        self._add(
            "IteratorAge",
            metrics.of_function(forwarder.function, "IteratorAge", "Maximum"),
            "the function is behind a stream: look for retries, throttling, too few shards",
            SOME_MINUTES,
            self._settings.iterator_age_minutes * 60_000,
        )

    def _watch_own(self, service: str, source: str) -> None:
        label = source.capitalize()
        self._add(
            f"{label}DeadlineStops",
            metrics.own(metric_names.DEADLINE_STOPS, service=service, source=source),
            "invocations ended with records unsent, as time ran out: lower batchSize, or see the latency",
            SOME_MINUTES,
        )
        self._add(
            f"{label}ConfigurationFaults",
            metrics.own(metric_names.CONFIGURATION_FAULTS, service=service, source=source),
            "the endpoint cannot be called as configured (URL, permission, unknown input): nothing is sent",
            AT_ONCE,
        )

    def _not_empty(self, name: str, queue: sqs.IQueue, meaning: str) -> None:
        self._add(name, metrics.waiting(queue), meaning, AT_ONCE)

    def _add(
        self,
        name: str,
        metric: cloudwatch.Metric,
        meaning: str,
        minutes: tuple[int, int],
        threshold: float = 1,
    ) -> None:
        needed, of = minutes
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{Stack.of(self).stack_name}-{name}",
            alarm_description=meaning,
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=of,
            datapoints_to_alarm=needed,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self.alarms.append(alarm)

    def _make_topic(self, encryption: Encryption) -> sns.Topic:
        """Return the topic with its policy, which replaces the default and has to name CloudWatch."""
        topic = sns.Topic(self, "Topic", master_key=encryption.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        for address in self._settings.emails:
            topic.add_subscription(subscriptions.EmailSubscription(address))
        return topic
