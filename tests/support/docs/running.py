"""Running the blocks of a page in their order, as a reader would."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from tests.support.docs.comparison import same_output
from tests.support.docs.markdown import Block
from tests.support.docs.python_session import PythonSession, has_tests
from tests.support.docs.tree import environment

PORT = "8086"
"""The port of the pages; a free one takes its place, as somebody's server may be there."""
READY = "listening on "
PROMPT = "$ "
PATIENCE = 60
"""Seconds that a command may take."""
ATTEMPTS, PAUSE = 5, 0.5
"""How often a command is run beside a server, which does some things a moment later, and seconds between."""


class BlockError(AssertionError):
    """A block failed, or printed something else than the page shows."""


@dataclass(slots=True)
class PageRun:
    """The blocks of one page, run in one folder; a server that one starts runs until the page ends."""

    folder: Path
    port: str = field(default_factory=lambda: str(_free_port()))
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    session: PythonSession | None = None

    def __enter__(self) -> "PageRun":
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            self.session.close()
        for server in self.servers:
            _end(server)

    def run(self, block: Block) -> None:
        """Run a block; raise BlockError if it fails."""
        if block.language == "python":
            self._run_python(block)
            return
        for command, shown in commands_of(block.text):
            self._run_shell(block, command, shown)

    def _run_shell(self, block: Block, command: str, shown: str | None) -> None:
        for attempts in range(ATTEMPTS if self.servers else 1, 0, -1):
            printed = self._call(block, ["bash", "-e", "-o", "pipefail", "-c", command])
            if shown is None or same_output(shown, printed):
                return
            sleep(PAUSE if attempts > 1 else 0)
        raise BlockError(f"{block}: {command}\nthe page shows\n{shown}\nprinted was\n{printed}")

    def _run_python(self, block: Block) -> None:
        text = block.text.replace(PORT, self.port)
        if has_tests(block):
            file = self.folder / "test_of_a_page.py"
            file.write_text(text, "utf-8")
            self._call(block, ["python", "-m", "pytest", "-q", file.name])
            file.unlink()
            return
        if self.session is None:
            self.session = PythonSession(self.folder, environment(self.folder))
        failed, printed = self.session.run(text)
        if failed:
            raise BlockError(f"{block}: the block raises\n{printed}")

    def _call(self, block: Block, command: Sequence[str]) -> str:
        """Return what a command prints until it ends, or until it says that it listens."""
        output = self.folder / ".output"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [part.replace(PORT, self.port) for part in command],
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        code = self._wait(process, output)
        printed = output.read_text("utf-8")
        output.unlink()
        if code != 0:
            raise BlockError(f"{block}: exit code {code}\n{command[-1]}\n{printed}")
        return printed

    def _wait(self, process: subprocess.Popen[bytes], output: Path) -> int | None:
        """Return the exit code; 0 for a server that listens, None after too long a time."""
        end = monotonic() + PATIENCE
        while process.poll() is None:
            if READY in output.read_text("utf-8", errors="replace"):
                self.servers.append(process)
                return 0
            if monotonic() > end:
                _end(process)
                return None
            sleep(0.02)
        return process.returncode


def commands_of(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the commands of a shell block, each with the output that is shown below it.

    A block without prompts is one script, whose output is not shown.
    """
    if not text.startswith(PROMPT):
        yield text, None
        return
    for part in f"\n{text}".split(f"\n{PROMPT}")[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
