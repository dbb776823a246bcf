"""AWS clients of the function: made once, of the same session, with the timeouts of the configuration."""

from typing import Any

import iotevents_client
from botocore import __version__ as botocore_version
from botocore.config import Config as ClientConfig

from forwarder.config.config import Config
from forwarder.delivery.delivery_io import Send
from forwarder.response.metrics import SERVICE

USER_AGENT = f"{SERVICE} Botocore/{botocore_version}"
"""The User-Agent header; without it, botocore would put its own together twice a call."""

QUEUE_CONNECT_TIMEOUT = 1.0
QUEUE_READ_TIMEOUT = 2.0
"""Seconds, for calls to SQS; the deadline may stop waiting for them earlier."""


def sender(config: Config) -> Send:
    """Return the function that makes one BatchPutMessage call.

    The SDK makes one attempt, as the forwarder has its own retries: the SDK would resend a whole call without
    regard to the deadline. Its validation of parameters is off, as every message is valid by then.
    Raises EndpointError.
    """
    client = iotevents_client.client(
        endpoint_url=config.endpoint_url,
        signing_name=config.signing_name,
        signing_region=config.signing_region,
        allow_http=config.allow_http,
        config=ClientConfig(
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            retries={"total_max_attempts": 1, "mode": "standard"},
            max_pool_connections=config.workers,
            parameter_validation=False,
            tcp_keepalive=True,
            user_agent=USER_AGENT,
        ),
    )
    return lambda messages: client.batch_put_message(messages=messages)


def queue_client(region: str | None = None) -> Any:
    """Return an SQS client; None: of the session's region."""
    return iotevents_client.session().client(
        "sqs",
        region_name=region,
        config=ClientConfig(
            connect_timeout=QUEUE_CONNECT_TIMEOUT,
            read_timeout=QUEUE_READ_TIMEOUT,
            retries={"total_max_attempts": 2, "mode": "standard"},
            tcp_keepalive=True,
        ),
    )
