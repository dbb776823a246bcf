"""Assembly of a forwarder from its configuration, with real AWS clients."""

import iotevents_client

from forwarder.clients import queue_client, sender
from forwarder.config.config import Config
from forwarder.delivery.pool import Pool
from forwarder.errors import ConfigError
from forwarder.forwarder import Forwarder, Put
from forwarder.rejected_records.queue import RejectedQueue, region_of
from forwarder.response.visibility_backoff import VisibilityBackoff


def make_forwarder(config: Config) -> Forwarder:
    """Return a forwarder; raise ConfigError if the target's address is missing or not allowed."""
    try:
        send = sender(config)
    except iotevents_client.EndpointError as error:
        raise ConfigError([f"endpointUrl: {error}"]) from error
    return Forwarder(
        config,
        send=send,
        pool=Pool(config.workers),
        put=_put(config),
        delay=VisibilityBackoff(queue_client()).delay if config.visibility_backoff else None,
    )


def _put(config: Config) -> Put | None:
    if config.on_rejected != "dead-letter" or config.rejected_queue_url is None:
        return None
    return RejectedQueue(queue_client(region_of(config.rejected_queue_url)), config.rejected_queue_url).put
