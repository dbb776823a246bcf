"""The command line on a platform that lacks modules and signals.

`python -m tests.support.package.platform LACKING COMMAND ...`, where LACKING names, with commas, modules that
cannot be imported and signals that do not exist: `fcntl,uvloop,SIGHUP` is Windows in what matters here.
"""

import signal
import sys
from importlib import import_module


def lack(names: list[str]) -> None:
    """Take the modules and signals from this process, for all that is imported from now on."""
    for name in names:
        if hasattr(signal, name):
            delattr(signal, name)
        else:
            sys.modules[name] = None  # type: ignore[assignment]


if __name__ == "__main__":
    lack(sys.argv[1].split(","))
    program = import_module(sys.argv[2]).main
    sys.exit(program(sys.argv[3:]))
