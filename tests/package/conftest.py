"""Distributions and environments, each made once by a run of the tests that need it."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from iotevents.definitions.loading import load_definitions
from iotevents.messages import Message, MessageKey
from iotevents.service.service import Service
from iotevents.stores.sqlite import SqliteStore

from tests.support.package.environments import ROOT, Environment, make_environment, uv

ROOMS = ROOT / "examples" / "rooms"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", folder, ROOT)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution of the tree."""
    folder = tmp_path_factory.mktemp("sdist")
    uv("build", "--sdist", "--out-dir", folder, ROOT)
    (file,) = folder.glob("*.tar.gz")
    return file


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Environment]:
    """Return an environment with the wheel and an extra; with "" the wheel alone."""
    environments: dict[str, Environment] = {}

    def install(extra: str) -> Environment:
        if extra not in environments:
            folder = tmp_path_factory.mktemp("environment")
            requirement = f"{wheel}[{extra}]" if extra else wheel
            environments[extra] = make_environment(folder, requirement)
        return environments[extra]

    return install


@pytest.fixture(scope="session")
def data_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data file of the server with messages of one room."""
    file = tmp_path_factory.mktemp("data") / "data.db"
    with closing(SqliteStore(file)) as store:
        store.note_clock(message_time=True)
        service = Service(store, message_time=True)
        service.define(load_definitions(ROOMS / "definitions").request_bodies)
        payload = json.dumps({"room": "room-1", "occupancy": 1, "co2": 900}).encode()
        message = Message(MessageKey("RoomTelemetry", "a"), payload, 1_700_000_000_000)
        assert service.do([message], 1_700_000_000_000) == [None]
    return file
