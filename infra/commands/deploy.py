"""`python -m infra.commands.deploy [-c KEY=VALUE …]`: say what is needed, then `cdk deploy`."""

import os
import sys
from collections.abc import Iterator, Sequence

from infra.commands import cli
from infra.context import Deployment
from infra.errors import SettingsError
from infra.settings.arns import Arn
from infra.settings.endpoint import Api, FunctionUrl
from infra.settings.settings import Settings
from infra.settings.sources import Source


def main(arguments: Sequence[str]) -> int:
    """Print what the deployment needs and deploy; 1 if the settings are wrong or still the example's."""
    try:
        deployment = cli.chosen(arguments, os.environ)
        refuse_example(deployment.settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(needs(deployment)), flush=True)
    return cli.run("deploy", arguments)


def refuse_example(settings: Settings) -> None:
    """Raise SettingsError if the endpoint is that of the example."""
    if settings.endpoint.is_example:
        problem = (
            f"endpointUrl: {settings.endpoint.url} is the example, which nothing answers; put the URL of your"
            " IoT Events endpoint there"
        )
        raise SettingsError("cdk.json (context.settings) or the file of -c settings", [problem])


def needs(deployment: Deployment) -> Iterator[str]:
    """Yield the lines that say what the deployment needs."""
    settings = deployment.settings
    where = settings.region or "the region of your AWS settings (AWS_REGION, AWS_PROFILE)"
    yield f"{deployment.stack} goes to {where} and needs:"
    yield "  - credentials that may use CDK's roles there (aws sts get-caller-identity shows whose they are)"
    yield "  - that account and region bootstrapped for CDK, once (make bootstrap)"
    yield "  - a package index that pip reaches, for the three libraries of the bundle"
    yield f"  - {settings.endpoint.url}, reachable from Lambda outside of a VPC{_permission(settings)}"
    for source in settings.sources:
        yield from _of_source(source)
    if isinstance(settings.kms_key, Arn):
        yield f'  - key {settings.kms_key}, with the policy of docs/deployment.md ("Your own KMS key")'
    for address in settings.alarms.emails:
        yield f"  - {address} to confirm the subscription that SNS will mail"


def _permission(settings: Settings) -> str:
    match settings.endpoint.grants:
        case FunctionUrl(function=function):
            return f"; if {function} is another account's, its policy has to let this one's role in"
        case Api():
            return "; if the API is another account's, its policy has to let this one's role in"
    return "; whatever it asks for beside a signature is up to you"


def _of_source(source: Source) -> Iterator[str]:
    if source.existing:
        yield f"  - {source.existing.arn}; if it is another account's, with the policy of docs/deployment.md"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
