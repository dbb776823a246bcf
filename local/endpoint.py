"""The IoT Events endpoint as a process of its own: `python -m iotevents serve`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from local.processes import running

ROOT = Path(__file__).parent.parent
READY = "listening on "


class EndpointError(Exception):
    """The endpoint did not start."""


@contextmanager
def serving(folder: Path, definitions: Path) -> Iterator[str]:
    """Run the endpoint on a free port and give its URL once it answers; end it at the end.

    Its clock is that of the messages. Data file, journal and what it prints are kept in `folder`. Raises
    EndpointError if it does not start.
    """
    command = [sys.executable, "-m", "iotevents", "serve", "--port", "0"]
    command += ["--data", str(data_file(folder)), "--definitions", str(definitions)]
    command += ["--clock", "message", "--journal", str(journal(folder))]
    printed = folder / "endpoint.log"
    with (
        printed.open("wb") as log,
        running(command, environment=environment(), folder=ROOT, output=log, errors=log) as process,
    ):
        yield _await_url(printed, process)


def data_file(folder: Path) -> Path:
    """Where the endpoint that was served in `folder` keeps its data."""
    return folder / "iotevents.db"


def journal(folder: Path) -> Path:
    """Where the endpoint that was served in `folder` keeps its journal."""
    return folder / "journal.jsonl"


def environment() -> dict[str, str]:
    """The environment of `python -m iotevents` and nothing else."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT / "lambda_src"), "PYTHONUNBUFFERED": "1"}


def _await_url(printed: Path, process: subprocess.Popen[bytes], patience: float = 20) -> str:
    end = monotonic() + patience
    while monotonic() < end:
        text = printed.read_text(errors="replace")
        for line in text.splitlines(keepends=True):
            if line.startswith(READY) and line.endswith("\n"):
                return line.removeprefix(READY).strip()
        if process.poll() is not None:
            raise EndpointError(f"the endpoint ended at its start:\n{text}")
        sleep(0.02)
    raise EndpointError(
        f"the endpoint did not start within {patience:g} s:\n{printed.read_text(errors='replace')}"
    )
