"""The pytest plugin, in runs of their own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PLUGIN = "iotevents.testing.pytest_plugin"
ENGINE = "sorted(name for name in sys.modules if name.startswith('iotevents.'))"
SEND = 'world.send("Pump", {"id": "p7", "pressure": 80})\n'


@pytest.fixture
def project(definitions: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration of pytest and the folder of definitions."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "lambda_src"))
    (definitions.parent / "pytest.ini").write_text("[pytest]\niotevents_definitions = definitions\n")
    return definitions.parent


def run(project: Path, *arguments: str, **files: str) -> str:
    """Run pytest on files of tests in a folder below the project's; return what it prints."""
    folder = project / "tests"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", "-q", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return ended.stdout + ended.stderr


def test_fixture_gives_fresh_worlds(project: Path) -> None:
    text = """
def test_first(detector_models):
    world = detector_models()
    world.send("Pump", {"id": "p7", "pressure": 80})
    assert world["Pumps", "p7"].state == "High"

def test_second(detector_models):
    assert ("Pumps", "p7") not in detector_models()
    assert ("Pumps", "p7") not in detector_models("definitions")
"""
    assert "2 passed" in run(project, test_it=text)


def test_fixture_compiles_once_a_run(project: Path) -> None:
    text = """
import shutil
from pathlib import Path

def test_first(detector_models, pytestconfig):
    detector_models()
    shutil.rmtree(pytestconfig.rootpath / "definitions")

def test_second(detector_models, pytestconfig):
    detector_models("definitions")
    detector_models(Path("tests", "..", "definitions"))
    detector_models(pytestconfig.rootpath / "definitions")
"""
    assert "2 passed" in run(project, test_it=text)


def test_fixture_wants_a_folder(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\n")
    shown = run(project, test_it="def test_it(detector_models):\n    detector_models()\n")
    assert "1 failed" in shown
    assert "or set iotevents_definitions in the configuration of pytest" in shown


def test_fixture_takes_parameters(project: Path) -> None:
    template = {
        "Resources": {
            "Pumps": {
                "Type": "AWS::IoTEvents::Input",
                "Properties": {
                    "InputName": {"Ref": "Name"},
                    "InputDefinition": {"Attributes": [{"JsonPath": "id"}]},
                },
            }
        },
        "Parameters": {"Name": {"Type": "String"}},
    }
    folder = project / "template"
    folder.mkdir()
    (folder / "template.json").write_text(str(template).replace("'", '"'))
    text = """
import pytest
from iotevents.testing import NotFoundError

@pytest.mark.parametrize("name", ["First", "Second"])
def test_it(detector_models, name):
    world = detector_models("template", parameters={"Name": name})
    assert world.send(name, {}).unrouted
"""
    assert "2 passed" in run(project, test_it=text)


def test_plugin_imports_nothing_until_used(project: Path) -> None:
    text = f"import sys\n\ndef test_it():\n    assert {ENGINE} == {['iotevents.testing', PLUGIN]}\n"
    assert "1 passed" in run(project, test_it=text)


# coverage

FIXTURE = f"def test_it(detector_models):\n    world = detector_models()\n    {SEND}"
LOAD = f"from iotevents.testing import load\n\ndef test_it():\n    world = load('../definitions')\n    {SEND}"
HOUSE = "House: 1 of 1 states, 1 of 1 events with actions reached"
PUMPS = "Pumps: 2 of 3 states, 1 of 4 transitions, 0 of 3 events with actions reached"
ROSE = "        2  transition  Normal -> High: rose   states[0].onInput.transitionEvents[0]"


def test_coverage_of_all_worlds(project: Path) -> None:
    shown = run(project, "--iotevents-coverage", test_it=FIXTURE, test_other=LOAD)
    assert "2 passed" in shown
    assert "coverage of detector models" in shown
    assert [line for line in shown.splitlines() if line in (HOUSE, PUMPS, ROSE)] == [HOUSE, PUMPS, ROSE]


def test_coverage_only_if_asked_for(project: Path) -> None:
    shown = run(project, test_it=FIXTURE)
    assert "1 passed" in shown
    assert "coverage" not in shown


def test_coverage_without_worlds(project: Path) -> None:
    shown = run(project, "--iotevents-coverage", test_it="def test_it(): pass\n")
    assert "No test loaded a detector model." in shown


def test_coverage_with_xdist(project: Path) -> None:
    pytest.importorskip("xdist")
    options = ["-p", "xdist", "-n", "2", "--dist", "each", "--iotevents-coverage"]
    shown = run(project, *options, test_it=FIXTURE)
    assert "2 passed" in shown
    assert [line for line in shown.splitlines() if line in (HOUSE, PUMPS, ROSE)] == [HOUSE, PUMPS, ROSE]


def test_coverage_names_crashed_workers(project: Path) -> None:
    pytest.importorskip("xdist")
    crash = "import os\n\ndef test_it():\n    os._exit(1)\n"
    options = ["-p", "xdist", "-n", "1", "--max-worker-restart", "0", "--iotevents-coverage"]
    shown = run(project, *options, test_it=crash)
    assert "The worker gw0 crashed: what it reached is not counted." in shown


# the example


def test_rooms_example() -> None:
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT / "lambda_src")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", "examples/rooms"]
    shown = subprocess.run(
        [*command, "--iotevents-coverage"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert "RoomVentilation: 3 of 3 states, 5 of 5 transitions, 4 of 4 events with actions reached" in shown
