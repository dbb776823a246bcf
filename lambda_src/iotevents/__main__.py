"""The command line: `iotevents COMMAND`, or `python -m iotevents COMMAND`.

Only the module of the command that is called is imported: no command needs the packages of another.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from iotevents.errors import IotEventsError

PROGRAM: Final = "python -m iotevents" if __name__ == "__main__" else "iotevents"


@dataclass(frozen=True, slots=True)
class Command:
    """Command of the module `iotevents.commands.<name>`: its line of help, and what it needs."""

    help: str
    packages: Sequence[str] = ()
    """Packages that the extra `server` installs."""
    posix: bool = False
    """Whether it needs the locks and signals that Linux and macOS have."""


COMMANDS: Mapping[str, Command] = {
    "serve": Command("answer calls over HTTP", packages=("starlette", "uvicorn", "httptools"), posix=True),
    "replay": Command("run recorded messages"),
    "graph": Command("print a detector model as a graph"),
    "messages": Command("print the accepted messages"),
    "actions": Command("show the actions of detectors"),
    "explain": Command("say why a detector is in its state"),
}


class ShowVersion(argparse.Action):
    """Option that prints the installed version and ends the program."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(import_module("iotevents.version").version_line("iotevents"))
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 with the reason on standard error if it cannot be done."""
    arguments = sys.argv[1:] if arguments is None else arguments
    called = next((argument for argument in arguments if argument in COMMANDS), None)
    obstacle = called and _obstacle(called)
    if obstacle:
        print(f"error: {obstacle}", file=sys.stderr)
        return 2
    options = _parser(called).parse_args(arguments)
    try:
        code: int = options.run(options)
    except IotEventsError as error:
        print("\n".join(f"error: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return 2
    return code


def _obstacle(name: str) -> str | None:
    """Return why a command cannot run in this environment, None if it can."""
    command = COMMANDS[name]
    if command.posix and find_spec("fcntl") is None:
        return f"{name} cannot run on Windows: it needs the file locks and signals of Linux and macOS"
    if not all(map(find_spec, command.packages)):
        return f"{name} needs the server's packages: pip install 'iot-events-forwarder[server]'"
    return None


def _parser(called: str | None) -> argparse.ArgumentParser:
    """Return the parser of the command line, complete for the command that is called."""
    parser = argparse.ArgumentParser(PROGRAM, description="An IoT Events-compatible system.")
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the installed version and exit")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=command.help)
        if name == called:
            import_module(f"iotevents.commands.{name}").add_arguments(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
