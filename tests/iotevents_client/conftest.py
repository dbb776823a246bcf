"""A clean AWS environment, a recorder, and clients that call it."""

import os
from collections.abc import Iterator
from typing import Any, Protocol

import boto3
import iotevents_client
import pytest

from tests.support.iotevents_client.recorder import Recorder


class Connect(Protocol):
    """Makes a client of the recorder; every argument of `iotevents_client.client` may be given."""

    def __call__(self, **kwargs: Any) -> Any: ...


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture(scope="session")
def aws() -> Any:
    # One for all tests: a new one reads megabytes. It looks at the environment only when it makes a client.
    return boto3.Session("AKIDEXAMPLE", "secret")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as running:
        yield running


@pytest.fixture
def connect(recorder: Recorder, aws: Any) -> Iterator[Connect]:
    made: list[Any] = []

    def client(**kwargs: Any) -> Any:
        given = {"endpoint_url": recorder.url, "region_name": "eu-west-1", "session": aws, **kwargs}
        made.append(iotevents_client.client(**given))
        return made[-1]

    yield client
    for each in made:
        each.close()
