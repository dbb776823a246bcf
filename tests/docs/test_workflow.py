"""The workflow runs what `.ci/run` runs, on the Pythons that the package and the function need."""

from typing import Any

import yaml

from tests.support.docs.commands import CI, problems_of
from tests.support.docs.markdown import ROOT
from tests.support.docs.tree import PROJECT

# YAML 1.1 reads the key `on` as true.
WORKFLOW: dict[Any, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]


def commands_of(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_workflow_runs_the_same_commands() -> None:
    assert commands_of("run") == [line for line in CI if line.startswith("make ")]


def test_workflow_runs_oldest_and_newest_python() -> None:
    oldest, newest = JOBS["run"]["strategy"]["matrix"]["python"]
    assert PROJECT["requires-python"] == f">={oldest}"
    function = (ROOT / "infra" / "constructs" / "function.py").read_text("utf-8")
    assert f"lambda_.Runtime.PYTHON_{newest.replace('.', '_')}" in function


def test_workflow_fuzzes_weekly() -> None:
    assert len(WORKFLOW[True]["schedule"]) == 1
    (command,) = commands_of("fuzz")
    assert problems_of(command.replace("${{ github.run_number }}", "1"), ROOT) == []
