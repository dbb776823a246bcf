"""Dashboard of the flow: records received and forwarded, backlogs, failures, costs."""

from collections.abc import Sequence

from aws_cdk import Aws, CfnMapping, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from forwarder.response import metrics as metric_names

from infra.constructs import metrics
from infra.constructs.alarms import Alarms
from infra.constructs.function import ForwarderFunction
from infra.constructs.queue_source import QueueReader
from infra.constructs.stream_source import StreamReader

_WIDTH = 24
_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_FLOW = (
    ("Received", metric_names.RECORDS_RECEIVED),
    ("Forwarded", metric_names.RECORDS_FORWARDED),
    ("Returned, to come again", metric_names.RECORDS_RETURNED),
    ("Rejected and stored", metric_names.RECORDS_DEAD_LETTERED),
    ("Dropped on purpose", metric_names.RECORDS_DROPPED),
)
"""Titles and metrics, in the order in which a record meets them."""


class FlowDashboard(Construct):
    """Dashboard of one deployment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        forwarder: ForwarderFunction,
        queues: Sequence[QueueReader],
        streams: Sequence[StreamReader],
        source_types: Sequence[str],
        rejected: sqs.IQueue,
        alarms: Alarms,
    ) -> None:
        super().__init__(scope, construct_id)
        self._forwarder = forwarder
        self._source_types = source_types
        self.dashboard = cloudwatch.Dashboard(self, "Dashboard")
        self.dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Alarms", width=_WIDTH, height=4, alarms=alarms.alarms)
        )
        self._row(*((title, [self._own(metric)]) for title, metric in _FLOW))
        self._row(
            ("Age of the oldest message (s)", [[metrics.oldest_message(reader.queue) for reader in queues]]),
            ("Behind the stream (ms)", [self._lambda(("IteratorAge",), "Maximum")] if streams else []),
            (
                "Age of the oldest record on arrival (ms)",
                [self._own(metric_names.OLDEST_RECORD_AGE, "Maximum")],
            ),
        )
        last = [rejected, *(reader.dlq for reader in queues if reader.dlq)]
        self._row(
            ("Rejected and dead letters that wait", [[metrics.waiting(queue) for queue in last]]),
            ("Errors and throttles", [self._lambda(("Errors", "Throttles"))]),
            (
                "Calls: throttled, stopped by the deadline, misconfigured",
                [
                    self._own(name)
                    for name in (
                        metric_names.THROTTLES,
                        metric_names.DEADLINE_STOPS,
                        metric_names.CONFIGURATION_FAULTS,
                    )
                ],
            ),
        )
        self._row(
            ("Call latency (ms, 99 of 100)", [self._own(metric_names.CALL_LATENCY, "p99")]),
            ("Messages per call", [self._own(metric_names.MESSAGES_PER_CALL, "Average")]),
        )
        self._row(
            ("Cost: invocations", [self._lambda(("Invocations",))]),
            ("Cost: milliseconds of the function", [self._lambda(("Duration",))]),
            ("Cost: calls of the endpoint", [self._own(metric_names.CALLS)]),
            ("Cost: bytes of logs", [[metrics.log_bytes(forwarder.log_group)]]),
        )

    @property
    def url(self) -> str:
        """Return the URL of the dashboard's page in the console of its region and partition."""
        region = Stack.of(self).region
        console = CfnMapping(
            self, "Consoles", mapping={name: {"domain": domain} for name, domain in _CONSOLES.items()}
        )
        host = f"{region}.{console.find_in_map(Aws.PARTITION, 'domain')}"
        return f"https://{host}/cloudwatch/home?region={region}#dashboards/dashboard/{self.dashboard.dashboard_name}"

    def _row(self, *graphs: tuple[str, Sequence[Sequence[cloudwatch.IMetric]]]) -> None:
        """Add graphs side by side; those without a metric are left out."""
        shown = [(title, [metric for group in groups for metric in group]) for title, groups in graphs]
        shown = [(title, shown_metrics) for title, shown_metrics in shown if shown_metrics]
        width = _WIDTH // len(shown)
        self.dashboard.add_widgets(
            *(
                cloudwatch.GraphWidget(title=title, left=shown_metrics, width=width)
                for title, shown_metrics in shown
            )
        )

    def _own(self, name: str, statistic: str = "Sum") -> list[cloudwatch.IMetric]:
        service = self._forwarder.service
        return [
            metrics.own(name, service=service, source=source, statistic=statistic)
            for source in self._source_types
        ]

    def _lambda(self, names: Sequence[str], statistic: str = "Sum") -> list[cloudwatch.IMetric]:
        return [metrics.of_function(self._forwarder.function, name, statistic) for name in names]
