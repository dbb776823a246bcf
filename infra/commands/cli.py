"""The CDK CLI of the project, and the arguments that choose a deployment."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from infra.context import ROOT, Deployment, deployment_of, project_context

CLI = ROOT / "node_modules" / ".bin" / "cdk"
NODE = Path(sys.executable).parent / "node"


def chosen(arguments: Sequence[str], environ: Mapping[str, str]) -> Deployment:
    """Return the deployment that `-c KEY=VALUE` arguments choose; raise SettingsError."""
    return deployment_of({**project_context(), **_context(arguments)}, environ)


def run(command: str, arguments: Sequence[str]) -> int:
    """Run a command of the CLI, on the terminal, and return its exit code."""
    done = subprocess.run(
        [str(NODE), str(CLI), command, *arguments], cwd=ROOT, env=_environment(), check=False
    )
    return done.returncode


def _context(arguments: Sequence[str]) -> dict[str, Any]:
    pairs = [value for flag, value in pairwise(arguments) if flag == "-c"]
    return dict(pair.split("=", 1) for pair in pairs)


def _environment() -> dict[str, str]:
    """Return the caller's environment, with the app's Python and Node first on the path."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
