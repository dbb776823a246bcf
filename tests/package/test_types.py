"""A program that uses the public names, checked by mypy's strict rules against an installed wheel."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.package.environments import Environment

PROGRAM = '''
"""Uses every public entrance."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from forwarder.handler import lambda_handler
from iotevents.testing import DetectorSnapshot, Simulation, SimulationResult, load
from iotevents_client import DoubtfulAnswerError, EndpointError, IotEventsDataClient, client


def send(payload: bytes) -> bool:
    try:
        target: IotEventsDataClient = client(endpoint_url="http://127.0.0.1:8086", region_name="eu-west-1")
        message = {"messageId": "1", "inputName": "Pump", "payload": payload}
        answer: Mapping[str, Any] = target.batch_put_message(messages=[message])
    except (DoubtfulAnswerError, EndpointError):
        return False
    return not answer["BatchPutMessageErrorEntries"]


def state_of_pump() -> str:
    world: Simulation = load("definitions/")
    result: SimulationResult = world.send("Pump", {"id": "p7", "pressure": 80}, at="2026-01-01T08:00Z")
    assert not result.errors
    detector: DetectorSnapshot = world["Pumps", "p7"]
    return detector.state


def invoke(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return lambda_handler(event, context)
'''
WRONG = '''
"""Uses a public entrance wrongly."""

from iotevents_client import client

client(endpoint="http://127.0.0.1:8086").batch_put_message(messages=3)
'''


def check(environment: Environment, folder: Path, program: str) -> tuple[int, str]:
    """Return mypy's exit code and what it says of a program that runs in the environment."""
    (folder / "program.py").write_text(program)
    options = ["--strict", "--no-incremental", "--config-file=", "--python-executable", environment.python]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *map(str, options), "program.py"],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def environment(installed: Callable[[str], Environment]) -> Environment:
    return installed("all")


def test_public_names_are_typed(environment: Environment, tmp_path: Path) -> None:
    assert check(environment, tmp_path, PROGRAM) == (0, "Success: no issues found in 1 source file\n")


def test_wrong_arguments_are_noticed(environment: Environment, tmp_path: Path) -> None:
    code, text = check(environment, tmp_path, WRONG)
    assert code == 1
    assert "[arg-type]" in text
