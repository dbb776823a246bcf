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
from infra.settings.function import FunctionSettings

HANDLER = "forwarder.handler.lambda_handler"
_ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}
RETENTIONS = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
    1096: logs.RetentionDays.THREE_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
    2192: logs.RetentionDays.SIX_YEARS,
    2557: logs.RetentionDays.SEVEN_YEARS,
    2922: logs.RetentionDays.EIGHT_YEARS,
    3288: logs.RetentionDays.NINE_YEARS,
    3653: logs.RetentionDays.TEN_YEARS,
}
"""CDK's names of the retentions, by their days."""


class ForwarderFunction(Construct):
    """Function with a role that may write its logs, and nothing else without a grant.

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
            retention=RETENTIONS[settings.log_retention_days],
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
