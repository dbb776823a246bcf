import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local import faults
from tests.support.forwarder.function import INPUTS, Function


@pytest.fixture(scope="session")
def shared_endpoint() -> Iterator[faults.FaultyEndpoint]:
    with faults.FaultyEndpoint(INPUTS) as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(shared_endpoint: faults.FaultyEndpoint) -> faults.FaultyEndpoint:
    """Yield the real server; nothing fails unless the test says so."""
    shared_endpoint.reset()
    return shared_endpoint


@pytest.fixture(autouse=True)
def lambda_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("AWS_", "FORWARDER_", "POWERTOOLS_"))]:
        monkeypatch.delenv(name)
    for name, value in LAMBDA.items():
        monkeypatch.setenv(name, value)


LAMBDA = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@pytest.fixture
def make_function(endpoint: faults.FaultyEndpoint) -> Iterator[Callable[..., Function]]:
    """Make functions of configuration keys; they send to the endpoint."""
    made: list[Function] = []

    def make(**keys: Any) -> Function:
        made.append(Function(endpoint, **keys))
        return made[-1]

    yield make
    for function in made:
        function.close()
