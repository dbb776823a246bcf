"""The emulated account, and the environment in which programs reach it and no other."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

REGION = "eu-west-1"
KEY = "test"
"""Access key and secret of the account's root, as the emulator has it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Emulated account at an HTTPS URL with a certificate that only this project trusts."""

    url: str
    certificate: Path

    def client(self, service: str) -> Any:
        """Return a boto3 client of the account's root."""
        return _client(service, self.url, str(self.certificate))

    def environment(self) -> dict[str, str]:
        """Return the environment for a program that is to use this account and not the user's own.

        What is not about AWS stays: package indexes and certificate authorities are found by it.
        """
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
        return {
            **own,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": str(self.certificate),
            "NODE_EXTRA_CA_CERTS": str(self.certificate),
            "NO_PROXY": "127.0.0.1,localhost",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }


@cache
def _client(service: str, url: str, certificate: str) -> Any:
    session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=KEY, region_name=REGION)
    config = Config(
        connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2}, proxies={"https": ""}
    )
    return session.client(service, endpoint_url=url, verify=certificate, config=config)
