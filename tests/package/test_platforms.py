"""The commands where modules and signals of Linux are missing, as on macOS and Windows."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.package.conftest import ROOMS
from tests.support.iotevents.calls import message, put
from tests.support.package.environments import ROOT

DEFINITIONS = ROOMS / "definitions"
WINDOWS = "fcntl,grp,pwd,resource,termios,uvloop,SIGHUP,SIGKILL,SIGUSR1,pthread_sigmask"
MESSAGE = {"room": "room-1", "occupancy": 1, "co2": 900}
SIMULATION = f"""
from tests.support.package.platform import lack
lack({WINDOWS.split(",")!r})
from iotevents.testing import load
world = load({str(DEFINITIONS)!r})
world.send("RoomTelemetry", {MESSAGE!r}, at="2026-01-01T08:00Z")
print(world["RoomVentilation", "room-1"].state)
"""
COMMANDS: Mapping[str, Sequence[object]] = {
    "replay": ["--json", "--definitions", DEFINITIONS, ROOMS / "messages.jsonl"],
    "graph": [DEFINITIONS / "RoomVentilation.json"],
    "explain": ["RoomVentilation", "room-1", "--json", "--data"],
    "messages": ["--json", "--data"],
    "actions": ["list", "--json", "--data"],
}
"""The commands of the base with arguments; `--data` at the end wants a data file."""
PATHS = {"PYTHONPATH": f"{ROOT / 'lambda_src'}:{ROOT}", "PYTHONWARNINGS": "error"}


def command(lacking: str, *arguments: object) -> list[str]:
    """Return the command line of `iotevents` on a platform without modules and signals."""
    module = "tests.support.package.platform"
    return [sys.executable, "-m", module, lacking, "iotevents.__main__", *map(str, arguments)]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, env=PATHS, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", COMMANDS)
def test_base_command_runs_anywhere(name: str, data_file: Path) -> None:
    wants_data = COMMANDS[name][-1] == "--data"
    arguments = [name, *COMMANDS[name], *([data_file] if wants_data else [])]
    lacking = run(*command(WINDOWS, *arguments))
    here = run(sys.executable, "-m", "iotevents", *map(str, arguments))
    assert (lacking.returncode, lacking.stderr) == (0, "")
    assert lacking.stdout == here.stdout
    assert here.returncode == 0


def test_tests_of_models_run_anywhere() -> None:
    done = run(sys.executable, "-c", SIMULATION)
    assert (done.returncode, done.stdout) == (0, "Occupied\n"), done.stderr


def test_serve_says_that_it_cannot_run(tmp_path: Path) -> None:
    done = run(*command(WINDOWS, "serve", "--port", 0, "--data", tmp_path / "d"))
    assert (done.returncode, done.stdout) == (2, "")
    reason = "it needs the file locks and signals of Linux and macOS"
    assert done.stderr == f"error: serve cannot run on Windows: {reason}\n"


def test_serve_takes_asyncio_without_uvloop(tmp_path: Path) -> None:
    arguments = ("serve", "--port", 0, "--data", tmp_path / "d", "--definitions", DEFINITIONS)
    with subprocess.Popen(
        command("uvloop", *arguments), env=PATHS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().removeprefix("listening on ").strip()
            answer = put(url, message("a", MESSAGE, "RoomTelemetry"))
            assert (answer.status, answer.entries) == (200, [])
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, "Traceback" in errors) == (0, False), errors
