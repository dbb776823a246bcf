"""Permissions, written out: what the function may do is what these calls say, and no more."""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra.settings.endpoint import Api, Endpoint, FunctionUrl


def allow(
    role: iam.Role,
    actions: Iterable[str],
    *resources: str,
    conditions: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Let the role do these actions on these resources."""
    role.add_to_policy(
        iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
    )


def allow_calling(role: iam.Role, endpoint: Endpoint) -> None:
    """Let the role call the endpoint, as far as that is IAM's business.

    A function URL asks for two permissions (Lambda developer guide, "Control access to Lambda function
    URLs"), an API Gateway for one on the stage, method and path that are called.
    """
    match endpoint.grants:
        case FunctionUrl(function=function):
            url = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
            through_it = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
            allow(role, ["lambda:InvokeFunctionUrl"], str(function), conditions=url)
            allow(role, ["lambda:InvokeFunction"], str(function), conditions=through_it)
        case Api() as api:
            allow(role, ["execute-api:Invoke"], f"{_api_arn(api)}/{api.resource}")


def _api_arn(api: Api) -> str:
    partition, account = (api.api.partition, api.api.account) if api.api else (Aws.PARTITION, Aws.ACCOUNT_ID)
    return f"arn:{partition}:execute-api:{api.region}:{account}:{api.api_id}"
