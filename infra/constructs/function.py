"""The forwarding function, its role and its logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
from forwarder.response import metrics

from infra.constructs.bundle import CONFIG_FILE, Bundle
from infra.constructs.grants import allow
from infra.constructs.nag_acknowledgements import acknowledge
from infra.settings.endpoint import Endpoint
from infra.settings.function import LOG_RETENTIONS, FunctionSettings

HANDLER = "forwarder.handler.lambda_handler"
_ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
_RETENTIONS = dict(zip(LOG_RETENTIONS, logs.RetentionDays, strict=False))
"""CDK's names of numbers of days, which it lists in the same order; the last one, for ever, is left over."""


class ForwarderFunction(Construct):
    """The function with a role that may write its logs, and nothing else until someone grants it.

    `service` names the deployment in its logs and metrics.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        settings: FunctionSettings,
        bundle: Bundle,
        endpoint: Endpoint,
        rejected_queue_url: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.service = service
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            retention=_RETENTIONS[settings.log_retention_days],
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        allow(self.role, ["logs:CreateLogStream", "logs:PutLogEvents"], self.log_group.log_group_arn)
        self.function = lambda_.Function(
            self,
            "Function",
            description="Forwards telemetry from SQS and Kinesis to IoT Events",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=_ARCHITECTURES[settings.architecture],
            handler=HANDLER,
            code=bundle.code(),
            memory_size=settings.memory,
            timeout=Duration.seconds(settings.timeout),
            reserved_concurrent_executions=settings.reserved_concurrency,
            role=self.role,
            environment={
                "FORWARDER_CONFIG": CONFIG_FILE,
                "FORWARDER_REJECTED_QUEUE_URL": rejected_queue_url,
                "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": endpoint.url,
                "POWERTOOLS_SERVICE_NAME": service,
                "POWERTOOLS_METRICS_NAMESPACE": metrics.NAMESPACE,
                "POWERTOOLS_LOG_LEVEL": settings.log_level,
            },
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            # Lambda takes metrics for lines of level INFO: a higher level would drop them without a word.
            application_log_level_v2=lambda_.ApplicationLogLevel.DEBUG
            if settings.log_level == "DEBUG"
            else lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            recursive_loop=lambda_.RecursiveLoop.TERMINATE,
            tracing=lambda_.Tracing.ACTIVE if settings.tracing else lambda_.Tracing.DISABLED,
        )
        if settings.tracing:
            acknowledge(self.role, {"AwsSolutions-IAM5[Resource::*]": "X-Ray's actions know no resource"})
