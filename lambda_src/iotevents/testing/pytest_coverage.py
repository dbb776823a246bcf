"""The coverage of all worlds of a pytest run, also of the worker processes of pytest-xdist."""

from typing import Any, Final

import pytest

from iotevents.testing.coverage import coverage_of_rows
from iotevents.testing.run_coverage import RUN_COVERAGE

OUTPUT: Final = "iotevents_coverage"
"""Where a worker process leaves its rows for the main process."""

LOST_WORKERS: Final = pytest.StashKey[list[str]]()
"""The workers that ended without telling what they reached."""


def pytest_configure(config: pytest.Config) -> None:
    """Collect what worlds reach from now on."""
    config.stash[LOST_WORKERS] = []
    RUN_COVERAGE.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the rows for the main process, in a worker of pytest-xdist."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[OUTPUT] = RUN_COVERAGE.coverage().rows()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take the rows of a worker of pytest-xdist that ends."""
    rows = getattr(node, "workeroutput", {}).get(OUTPUT)
    if rows is None:
        node.config.stash[LOST_WORKERS].append(node.gateway.id)
    else:
        RUN_COVERAGE.add_elsewhere(coverage_of_rows(rows))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of all models that any test loaded."""
    coverage = RUN_COVERAGE.coverage()
    terminalreporter.section("coverage of detector models")
    terminalreporter.write_line(str(coverage) if coverage.counts else "No test loaded a detector model.")
    for worker in config.stash[LOST_WORKERS]:
        terminalreporter.write_line(f"The worker {worker} crashed: what it reached is not counted.")
