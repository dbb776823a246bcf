"""`python -m infra.commands.destroy [-c …] [--force]`: say what stays and what is lost, then `cdk destroy`.

What is said comes from the stack as it is deployed, not from the settings, which may have changed since.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.commands import cli
from infra.errors import SettingsError

HOLDERS = {
    "AWS::SQS::Queue": "the messages of queue",
    "AWS::Kinesis::Stream": "the records of stream",
    "AWS::S3::Bucket": "the objects of bucket",
    "AWS::Logs::LogGroup": "the logs of",
    "AWS::KMS::Key": "the key, and with it all that it encrypts:",
}
"""Resource types that hold data, with the phrase for it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Deployed resource that holds data."""

    type: str
    name: str
    """Physical name."""
    retained: bool


def main(arguments: Sequence[str]) -> int:
    """Print what stays and what is lost and destroy the stack; 1 if it cannot be looked at."""
    try:
        deployment = cli.chosen(arguments, os.environ)
        client = boto3.client("cloudformation", region_name=deployment.settings.region)
        holdings = find_holdings(client, deployment.stack)
    except (SettingsError, BotoCoreError, ClientError) as error:
        print(f"cannot tell what would be lost: {error}", file=sys.stderr)
        return 1
    print("\n".join(account(holdings)), flush=True)
    return cli.run("destroy", arguments)


def find_holdings(client: Any, stack: str) -> list[Holding]:
    """Return the resources of a deployed stack that hold data."""
    template = client.get_template(StackName=stack)["TemplateBody"]
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [
        Holding(
            resource["ResourceType"],
            resource["PhysicalResourceId"],
            _is_retained(template, resource["LogicalResourceId"]),
        )
        for resource in resources
        if resource["ResourceType"] in HOLDERS
    ]


def account(holdings: Sequence[Holding]) -> Iterator[str]:
    """Yield the lines that say what stays and what is lost."""
    for retained, heading in ((True, "This stays, and goes on to cost:"), (False, "This is lost:")):
        those = [holding for holding in holdings if holding.retained is retained]
        yield heading if those else f"{heading} nothing"
        yield from (f"  - {HOLDERS[holding.type]} {holding.name}" for holding in those)
    if any(holding.type == "AWS::S3::Bucket" and not holding.retained for holding in holdings):
        yield "A bucket has to be empty to be deleted: aws s3 rm --recursive s3://BUCKET"


def _is_retained(template: Mapping[str, Any], logical_id: str) -> bool:
    policy = template["Resources"].get(logical_id, {}).get("DeletionPolicy", "Delete")
    return str(policy).startswith("Retain")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
