"""Virtual environments made by uv, and what is run in them."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[3]
TIMEOUT = 240
"""Seconds that a command may take: an index may be slow."""


def uv(*arguments: object) -> None:
    """Run uv; it is silent unless it fails."""
    command = [find_uv_bin(), "--quiet", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False, env=_without_venv()
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Environment:
    """A virtual environment; its programs are run in a folder that has nothing of this tree."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def script(self, name: str) -> Path:
        """Return the path of an installed script."""
        return self.folder / "bin" / name

    def run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script, or `python`, to its end."""
        command = [str(self.script(program)), *map(str, arguments)]
        return subprocess.run(
            command, cwd=self.folder, env={}, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )


def make_environment(folder: Path, *requirements: object) -> Environment:
    """Make an environment of this Python's version with the requirements; pins are those of the tree."""
    uv("venv", "--python", sys.executable, folder)
    pins = ROOT / "requirements.txt"
    uv("pip", "install", "--python", folder / "bin" / "python", "--constraint", pins, *requirements)
    return Environment(folder)


def _without_venv() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
