"""A Python session, as a reader has one: the Python blocks of a page share their names."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.docs.markdown import Block

PROGRAM = """
import contextlib, io, json, sys, traceback
names = {"__name__": "__main__"}
for line in sys.stdin:
    output, failed = io.StringIO(), False
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            exec(compile(json.loads(line), "<block>", "exec"), names)
        except BaseException:
            traceback.print_exc()
            failed = True
    print(json.dumps([failed, output.getvalue()]), flush=True)
"""


class PythonSession:
    """A process that runs blocks one after the other; `close` ends it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, text: str) -> tuple[bool, str]:
        """Run a block's text; return whether it failed, and what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        failed, printed = json.loads(self._process.stdout.readline())
        return failed, printed

    def close(self) -> None:
        """End the session."""
        self._process.communicate()


def has_tests(block: Block) -> bool:
    """Return whether a block is a test file, which pytest runs."""
    return "\ndef test_" in f"\n{block.text}"
