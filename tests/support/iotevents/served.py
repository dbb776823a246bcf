"""The server as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.iotevents.calls import INPUT
from tests.support.iotevents.live_models import input_document

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "lambda_src"), "PYTHONWARNINGS": "error"}


@dataclass(frozen=True)
class Served:
    url: str
    process: subprocess.Popen[str]
    log: Path

    @property
    def said(self) -> str:
        """What the server has written to standard error."""
        return self.log.read_text()


def command(*arguments: object) -> list[str]:
    """Return the command line of `python -m iotevents`."""
    return [sys.executable, "-m", "iotevents", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `python -m iotevents` to its end."""
    return subprocess.run(
        command(*arguments), check=False, env=ENVIRONMENT, capture_output=True, text=True, timeout=20
    )


def define(folder: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write definitions into the folder, each to a file with its name."""
    definitions = folder / "definitions"
    definitions.mkdir(exist_ok=True)
    for one in documents:
        name = one.get("inputName") or one.get("detectorModelName")
        # Whole or not at all: the server may be loading the folder.
        (folder / "new").write_text(json.dumps(one))
        os.replace(folder / "new", definitions / f"{name}.json")


@contextmanager
def starting(folder: Path, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a process that serves the data file and the definitions of the folder, and writes what it says
    to `log`; killed at the end if it still runs."""
    data, definitions = folder / "data.db", folder / "definitions"
    with (
        (folder / "log").open("w") as errors,
        subprocess.Popen(
            command("serve", "--port", 0, "--data", data, "--definitions", definitions, *arguments),
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def started(process: subprocess.Popen[str], log: Path) -> Served:
    """Return the server, once it answers."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), log.read_text()
    return Served(line.removeprefix("listening on ").strip(), process, log)


@contextmanager
def serving(folder: Path, *arguments: object, models: Iterable[Mapping[str, Any]] = ()) -> Iterator[Served]:
    """Serve the data file of the folder, with one input and the models; kill the server at the end if it
    still runs."""
    define(folder, [input_document(INPUT), *models])
    with starting(folder, *arguments) as process:
        yield started(process, folder / "log")
