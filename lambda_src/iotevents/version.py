"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

DISTRIBUTION: Final = "iot-events-forwarder"


def version_line(program: str) -> str:
    """Return the program's name with the installed version; of a source tree, say that it is one."""
    try:
        return f"{program} {version(DISTRIBUTION)}"
    except PackageNotFoundError:
        return f"{program} (a source tree, not installed)"
