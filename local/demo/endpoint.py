"""The IoT Events endpoint as a process of its own: `python -m iotevents serve`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from local.lambda_runtime.processes import running

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "rooms"
"""The example that is forwarded: definitions, routes, readings."""
DEFINITIONS = EXAMPLE / "definitions"
READY = "listening on "


class EndpointError(Exception):
    """The endpoint did not start."""


@contextmanager
def serving(folder: Path, definitions: Path) -> Iterator[str]:
    """Run the endpoint on a free port and give its URL once it answers; end it at the end.

    Its clock is that of the messages. Data file, journal and what it prints are kept in `folder`. Raises
    EndpointError if it does not start.
    """
    options = ["--clock", "message", "--journal", str(journal(folder))]
    started = [*command(folder, definitions), *options]
    with (
        log_file(folder).open("wb") as log,
        running(started, environment=environment(), folder=ROOT, output=log, errors=log) as process,
    ):
        yield await_url(folder, process)


def command(folder: Path, definitions: Path) -> list[str]:
    """Return the command line that serves on a free port, with the data in `folder`."""
    serve = [sys.executable, "-m", "iotevents", "serve", "--port", "0"]
    return [*serve, "--data", str(data_file(folder)), "--definitions", str(definitions)]


def log_file(folder: Path) -> Path:
    """Return the path of the log of the endpoint that is served in `folder`."""
    return folder / "endpoint.log"


def data_file(folder: Path) -> Path:
    """Return the path of the data of the endpoint that is served in `folder`."""
    return folder / "iotevents.db"


def journal(folder: Path) -> Path:
    """Return the path of the journal of the endpoint that is served in `folder`."""
    return folder / "journal.jsonl"


def environment() -> dict[str, str]:
    """Return the endpoint's whole environment."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT / "lambda_src"), "PYTHONUNBUFFERED": "1"}


def await_url(folder: Path, process: subprocess.Popen[bytes], patience: float = 20) -> str:
    """Return the URL of the endpoint that a process serves in `folder`; raise EndpointError without one."""
    printed, end = log_file(folder), monotonic() + patience
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
