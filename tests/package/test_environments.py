"""What an installed distribution does in a clean environment, by what was installed."""

import signal
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.package.conftest import ROOMS
from tests.support.iotevents.calls import message, put
from tests.support.package.environments import ROOT, TIMEOUT, Environment, make_environment

Installed = Callable[[str], Environment]
DEFINITIONS = ROOMS / "definitions"
REPLAY = ("replay", "--definitions", DEFINITIONS, ROOMS / "messages.jsonl")
CLIENT = """
import iotevents_client
client = iotevents_client.client(endpoint_url="http://127.0.0.1:9", region_name="eu-west-1")
print(client.meta.service_model.service_name)
"""
SIMULATION = f"""
from iotevents.testing import load
world = load({str(DEFINITIONS)!r})
world.send("RoomTelemetry", {{"room": "r", "occupancy": 1, "co2": 900}}, at="2026-01-01T08:00Z")
print(world["RoomVentilation", "r"].state)
"""


def printed(environment: Environment, program: str, *arguments: object) -> str:
    """Run a program that has to succeed in silence; return what it prints."""
    done = environment.run(program, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(environment: Environment, program: str, *arguments: object) -> str:
    """Run a program that has to fail with exit code 2; return what it writes to standard error."""
    done = environment.run(program, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def serves(environment: Environment, data: Path) -> str:
    """Start a server, send it a message and end it; return what it wrote to standard error."""
    command = [environment.script("iotevents"), "serve", "--port", "0", "--data", data]
    with subprocess.Popen(
        [*map(str, command), "--definitions", str(DEFINITIONS)],
        cwd=environment.folder,
        env={},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on "), process.communicate(timeout=10)[1]
            reading = message("a", {"room": "r", "occupancy": 1, "co2": 900}, "RoomTelemetry")
            answer = put(line.removeprefix("listening on ").strip(), reading)
            assert (answer.status, answer.entries) == (200, [])
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
            assert process.returncode == 0
            return errors
        finally:
            process.kill()


def test_base_replays(installed: Installed) -> None:
    assert "RoomVentilation room-1" in printed(installed(""), "iotevents", *REPLAY)


def test_base_draws_a_model(installed: Installed) -> None:
    assert printed(installed(""), "iotevents", "graph", DEFINITIONS / "RoomVentilation.json").startswith(
        "stateDiagram"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["explain", "RoomVentilation", "room-1"], "RoomVentilation"),
        (["messages"], "RoomTelemetry"),
        (["actions", "list"], "time"),
    ],
    ids=["explain", "messages", "actions"],
)
def test_base_reads_data_files(
    installed: Installed, data_file: Path, arguments: list[str], text: str
) -> None:
    assert text in printed(installed(""), "iotevents", *arguments, "--data", data_file)


def test_base_runs_tests_of_models(installed: Installed) -> None:
    assert printed(installed(""), "python", "-c", SIMULATION) == "Occupied\n"


def test_base_says_what_the_server_needs(installed: Installed) -> None:
    text = "error: serve needs the server's packages: pip install 'iot-events-forwarder[server]'\n"
    assert refused(installed(""), "iotevents", "serve", "--port", "0", "--data", "d") == text


@pytest.mark.parametrize("extra", ["", "client"])
@pytest.mark.parametrize("command", ["check", "explain", "replay-rejected"])
def test_forwarder_says_what_it_needs(installed: Installed, extra: str, command: str) -> None:
    text = f"error: {command} needs the forwarder's packages: pip install 'iot-events-forwarder[forwarder]'\n"
    assert refused(installed(extra), "iot-forwarder", command, "x") == text


@pytest.mark.parametrize("program", ["iotevents", "iot-forwarder"])
def test_base_has_help_and_version(installed: Installed, program: str) -> None:
    assert printed(installed(""), program, "--version") == f"{program} 0.1.0\n"
    assert printed(installed(""), program, "--help").startswith(f"usage: {program} [-h] [--version] COMMAND")


@pytest.mark.parametrize(("module", "program"), [("iotevents", "iotevents"), ("forwarder", "iot-forwarder")])
def test_base_runs_modules(installed: Installed, module: str, program: str) -> None:
    assert printed(installed(""), "python", "-m", module, "--version") == f"{program} 0.1.0\n"
    assert printed(installed(""), "python", "-m", module, "--help").startswith(f"usage: python -m {module} ")


@pytest.mark.parametrize(("module", "program"), [("iotevents", "iotevents"), ("forwarder", "iot-forwarder")])
def test_source_tree_says_that_it_is_one(module: str, program: str) -> None:
    # Without site-packages, where the tree may be installed.
    done = subprocess.run(
        [sys.executable, "-S", "-m", module, "--version"],
        env={"PYTHONPATH": str(ROOT / "lambda_src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{program} (a source tree, not installed)\n"), done.stderr


def test_server_serves(installed: Installed, tmp_path: Path) -> None:
    assert serves(installed("server"), tmp_path / "d").startswith("INFO iotevents 0.1.0\n")


def test_client_is_made(installed: Installed) -> None:
    assert printed(installed("client"), "python", "-c", CLIENT) == "iotevents-data\n"


def test_forwarder_checks_and_explains(installed: Installed) -> None:
    config = ROOMS / "forwarder.json"
    assert "RoomTelemetry" in printed(installed("forwarder"), "iot-forwarder", "check", config)
    event = ROOT / "events" / "sqs.json"
    arguments = ("explain", event, "--config", config)
    assert "forwarded" in printed(installed("forwarder"), "iot-forwarder", *arguments)


def test_all_has_server_and_forwarder(installed: Installed, tmp_path: Path) -> None:
    assert serves(installed("all"), tmp_path / "d").startswith("INFO iotevents 0.1.0\n")
    assert printed(installed("all"), "iot-forwarder", "check", ROOMS / "forwarder.json")


def test_tree_is_installed_by_pip(tmp_path: Path) -> None:
    venv.create(tmp_path, with_pip=True)
    environment = Environment(tmp_path)
    command = [environment.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*map(str, command), "--constraint", "requirements.txt", ".[server]"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert serves(environment, tmp_path / "d").startswith("INFO iotevents 0.1.0\n")


def test_sdist_is_installed(sdist: Path, tmp_path: Path) -> None:
    environment = make_environment(tmp_path / "environment", sdist)
    assert printed(environment, "iotevents", "--version") == "iotevents 0.1.0\n"


def test_wheel_is_installed_without_its_tree(installed: Installed) -> None:
    script = "import iotevents; print(iotevents.__file__)"
    assert Path(printed(installed(""), "python", "-c", script)).is_relative_to(installed("").folder)
