from collections.abc import Iterator

import pytest

from local import faults
from tests.support.iotevents.calls import INPUT


@pytest.fixture(scope="session")
def shared_endpoint() -> Iterator[faults.FaultyEndpoint]:
    with faults.FaultyEndpoint([INPUT, "Other"]) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared_endpoint: faults.FaultyEndpoint) -> faults.FaultyEndpoint:
    """Return the real server with its real store in memory; nothing fails unless the test says so."""
    shared_endpoint.reset()
    return shared_endpoint
