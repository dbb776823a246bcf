"""The pytest plugin: the fixture `detector_models` and the option `--iotevents-coverage`.

pytest imports this in every run: what it needs of the engine is imported when a test asks for the fixture, or
when the option is there.
"""

from typing import TYPE_CHECKING

import pytest

from iotevents import testing

if TYPE_CHECKING:
    from iotevents.testing import DetectorModels


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the key of the configuration."""
    parser.getgroup("iotevents", "IoT Events detector models").addoption(
        "--iotevents-coverage",
        action="store_true",
        help="print which states, transitions and events with actions of the detector models were reached",
    )
    parser.addini(
        "iotevents_definitions",
        "folder with the definitions that detector_models() loads, relative to rootdir",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect coverage if it is asked for."""
    if config.getoption("iotevents_coverage"):
        config.pluginmanager.import_plugin("iotevents.testing.pytest_coverage")


@pytest.fixture(scope="session")
def detector_models(pytestconfig: pytest.Config) -> "DetectorModels":
    """Return a maker of worlds: `detector_models("definitions")` gives a new one each time.

    The folder is relative to rootdir; without one it is that of `iotevents_definitions` in the configuration.
    Its files are read and compiled once a run.
    """
    return testing.DetectorModels(pytestconfig.rootpath, str(pytestconfig.getini("iotevents_definitions")))
