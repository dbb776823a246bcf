"""From a deployment's settings to CloudFormation: the CDK app, its checks, its warnings."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Annotations, App, Validations
from cdk_nag import AwsSolutionsChecks
from constructs import Construct

from infra.context import Deployment
from infra.settings.warnings import warnings_of
from infra.stack import ForwarderStack


def make_app(deployment: Deployment, context: Mapping[str, Any], outdir: str | None = None) -> App:
    """Return the app; synthesizing it checks CDK's own rules (cdk.json turns them on) and cdk-nag's."""
    app = App(context=context, outdir=outdir)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    stack = ForwarderStack(app, deployment.stack, settings=deployment.settings)
    _warn(stack, deployment)
    return app


def _warn(stack: Construct, deployment: Deployment) -> None:
    for number, warning in enumerate(warnings_of(deployment.settings), start=1):
        Annotations.of(stack).add_warning_v2(f"settings-{number}", warning)
