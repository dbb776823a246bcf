"""The app as the CDK CLI and people run it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.context import ROOT, project_context
from tests.support.infra.settings import document

CLI = ROOT / "node_modules" / ".bin" / "cdk"
UNPACKED, CACHE = "JSII_RUNTIME_PACKAGE_CACHE_ROOT", Path.home() / ".cache" / "aws" / "jsii" / "package-cache"
"""Where CDK's library lies unpacked (200 MB): it is not done again for each run."""
NODE = Path(sys.executable).parent / "node"
needs_cli = pytest.mark.skipif(not CLI.exists(), reason="the CDK CLI is not installed; `make synth` does it")


def run(folder: Path, command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with no credentials, no Docker and no other Node to be found."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": "/nowhere", "HOME": str(folder), UNPACKED: str(CACHE), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def app(folder: Path, settings: Any, **environment: str) -> subprocess.CompletedProcess[str]:
    path = folder / "settings.json"
    path.write_text(json.dumps(settings))
    context = json.dumps({"settings": str(path), "aws:cdk:bundling-stacks": []})
    out = str(folder / "cdk.out")
    command = [sys.executable, str(ROOT / "app.py")]
    return run(folder, command, CDK_CONTEXT_JSON=context, CDK_OUTDIR=out, **environment)


def test_app_synthesizes_alone(tmp_path: Path) -> None:
    done = app(tmp_path, document())
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "cdk.out" / "IotEventsForwarder.template.json").exists()


def test_example_warns(tmp_path: Path) -> None:
    done = app(tmp_path, document(endpointUrl="https://iotevents.example.com"))
    assert done.returncode == 0
    assert "is the example; `make deploy` refuses it" in done.stdout + done.stderr


def test_wrong_settings_leave_everything_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "cdk.out"
    out.mkdir()
    (out / "manifest.json").write_text("old")
    done = app(tmp_path, document(endpointUrl=None, sources={"A": {"type": "sqs", "batchWindow": 0}}))
    assert (done.returncode, done.stdout) == (1, "")
    first, *lines = done.stderr.splitlines()
    assert first == f"the settings in {tmp_path / 'settings.json'} are wrong:"
    assert [line[:25] for line in lines] == ["  - endpointUrl: missing", "  - sources.A.batchWindow"]
    assert [(one.name, one.read_text()) for one in out.iterdir()] == [("manifest.json", "old")]


def test_wrong_settings_make_no_output(tmp_path: Path) -> None:
    assert app(tmp_path, document(config=None)).returncode == 1
    assert not (tmp_path / "cdk.out").exists()


@needs_cli
def test_cli_stops_at_wrong_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(document(endpointUrl=None)))
    out = ["--output", str(tmp_path / "out")]
    done = run(
        tmp_path, [str(NODE), str(CLI), "synth", *out, "--no-notices", "-c", f"settings={path}"], PATH="/bin"
    )
    assert done.returncode == 1
    assert "  - endpointUrl: missing" in done.stdout + done.stderr
    assert not list((tmp_path / "out").glob("*.json"))


def test_flags_are_those_that_matter() -> None:
    context = project_context()
    assert context["@aws-cdk/core:validateAgainstDefaultRules"] is True
    assert json.loads((ROOT / "cdk.json").read_text())["versionReporting"] is False


def test_cli_is_pinned_and_from_nowhere_special() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    package = json.loads((ROOT / "package.json").read_text())
    assert package["devDependencies"] == {"aws-cdk": "2.1148.1"}
    resolved = [one["resolved"] for one in lock["packages"].values() if "resolved" in one]
    assert all(one.startswith("https://registry.npmjs.org/") for one in resolved)
