"""The boto3 client of the IoT Events data plane, which boto3 itself dropped after 1.43.37.

`client()` makes it, from our own service model, for an endpoint that you name. Public are the names below;
the files of this package are private.
"""

from iotevents_client.errors import (
    CONFIGURATION_FAULTS,
    DoubtfulAnswerError,
    EndpointError,
    IotEventsClientError,
)
from iotevents_client.factory import client
from iotevents_client.sessions import session
from iotevents_client.types import IotEventsDataClient

__all__ = [
    "CONFIGURATION_FAULTS",
    "DoubtfulAnswerError",
    "EndpointError",
    "IotEventsClientError",
    "IotEventsDataClient",
    "client",
    "session",
]
