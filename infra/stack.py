"""The stack: telemetry in queues and streams -> the forwarder -> the endpoint, with alarms and dashboard."""

from aws_cdk import CfnOutput, Environment, RemovalPolicy, Stack
from constructs import Construct

from infra.constructs.alarms import Alarms
from infra.constructs.bundle import Bundle
from infra.constructs.dashboard import FlowDashboard
from infra.constructs.encryption import Encryption
from infra.constructs.function import ForwarderFunction
from infra.constructs.grants import allow_calling
from infra.constructs.queue_source import QueueReader
from infra.constructs.rejected_queue import RejectedQueue
from infra.constructs.stream_source import StreamReader
from infra.settings.rules import visibility_timeout
from infra.settings.settings import Settings
from infra.settings.sources import QueueSource, StreamSource

_REMOVAL = {
    # What a failed first deployment made is removed again: nothing is in it yet.
    "retain": RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    "destroy": RemovalPolicy.DESTROY,
}


class ForwarderStack(Stack):
    """Deployment of the forwarder as its settings describe it."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=settings.region),
            description="Telemetry from SQS and Kinesis to IoT Events",
        )
        self._settings = settings
        self._removal = _REMOVAL[settings.removal_policy]
        self._encryption = Encryption(
            self, "Encryption", kms_key=settings.kms_key, removal_policy=self._removal
        )
        self._rejected = RejectedQueue(
            self, "Rejected", encryption=self._encryption, removal_policy=self._removal
        )
        self._forwarder = self._make_forwarder()
        self._rejected.allow_storing(self._forwarder.role)
        allow_calling(self._forwarder.role, settings.endpoint)
        self._queues = [
            self._read_queue(source) for source in settings.sources if isinstance(source, QueueSource)
        ]
        self._streams = [
            self._read_stream(source) for source in settings.sources if isinstance(source, StreamSource)
        ]
        self._watch()

    def _make_forwarder(self) -> ForwarderFunction:
        settings = self._settings
        return ForwarderFunction(
            self,
            "Forwarder",
            service=self.stack_name,
            settings=settings.function,
            bundle=Bundle(settings.function.architecture, settings.bundled_config()),
            endpoint=settings.endpoint,
            rejected_queue_url=self._rejected.queue.queue_url,
        )

    def _read_queue(self, source: QueueSource) -> QueueReader:
        return QueueReader(
            self,
            source.name,
            settings=source,
            visibility_timeout=visibility_timeout(source, self._settings.function),
            visibility_backoff=self._settings.config.parsed.visibility_backoff,
            forwarder=self._forwarder,
            encryption=self._encryption,
            removal_policy=self._removal,
        )

    def _read_stream(self, source: StreamSource) -> StreamReader:
        return StreamReader(
            self,
            source.name,
            settings=source,
            forwarder=self._forwarder,
            encryption=self._encryption,
            removal_policy=self._removal,
        )

    def _watch(self) -> None:
        types = tuple(dict.fromkeys(source.type for source in self._settings.sources))
        alarms = Alarms(self, "Alarms", settings=self._settings.alarms, encryption=self._encryption)
        alarms.watch_function(self._forwarder, types)
        alarms.watch_rejected(self._rejected.queue)
        for queue in self._queues:
            alarms.watch_queue(queue)
        for stream in self._streams:
            alarms.watch_stream(stream)
        if self._streams:
            alarms.watch_iterator_age(self._forwarder)
        dashboard = FlowDashboard(
            self,
            "Flow",
            forwarder=self._forwarder,
            queues=self._queues,
            streams=self._streams,
            source_types=types,
            rejected=self._rejected.queue,
            alarms=alarms,
        )
        self._add_outputs(alarms, dashboard)

    def _add_outputs(self, alarms: Alarms, dashboard: FlowDashboard) -> None:
        """Add the outputs that a user needs: where to send, where to look."""
        self._output("FunctionName", self._forwarder.function.function_name, "the forwarding function")
        self._output("LogGroupName", self._forwarder.log_group.log_group_name, "its logs")
        self._output("RejectedQueueUrl", self._rejected.queue.queue_url, "records that can never be accepted")
        self._output("AlarmTopicArn", alarms.topic.topic_arn, "subscribe to be told of alarms")
        self._output("DashboardUrl", dashboard.url, "the flow at a glance")
        for queue in self._queues:
            self._output(f"{queue.settings.name}Url", queue.queue.queue_url, "send telemetry here")
            if queue.dlq:
                self._output(
                    f"{queue.settings.name}DlqUrl", queue.dlq.queue_url, "messages received too often"
                )
        for stream in self._streams:
            name = stream.settings.name
            self._output(f"{name}Name", stream.stream.stream_name, "put telemetry here")
            self._output(f"{name}GivenUp", stream.failures.name, "what was given up of the stream")

    def _output(self, name: str, value: str, description: str) -> None:
        CfnOutput(self, f"{name}Output", value=value, description=description).override_logical_id(name)
