"""The server as a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.iotevents.calls import INPUT

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Served:
    url: str
    process: subprocess.Popen[str]


def command(*arguments: object) -> list[str]:
    """The command line of `python -m iotevents`."""
    return [sys.executable, "-m", "iotevents", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `python -m iotevents` to its end."""
    return subprocess.run(
        command(*arguments), check=False, env=ENVIRONMENT, capture_output=True, text=True, timeout=20
    )


ENVIRONMENT = {"PYTHONPATH": str(ROOT / "lambda_src"), "PYTHONWARNINGS": "error"}


@contextmanager
def serving(folder: Path, *arguments: object) -> Iterator[Served]:
    """Serve the data file of the folder, with one input; kill the server at the end if it still runs."""
    definitions = folder / "definitions"
    definitions.mkdir(exist_ok=True)
    body = {"inputName": INPUT, "inputDefinition": {"attributes": [{"jsonPath": "id"}]}}
    (definitions / "input.json").write_text(json.dumps(body))
    data = folder / "data.db"
    process = subprocess.Popen(
        command("serve", "--port", 0, "--data", data, "--definitions", definitions, *arguments),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().removeprefix("listening on ").strip(), process)
        finally:
            process.kill()
