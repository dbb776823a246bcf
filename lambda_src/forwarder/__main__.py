"""The command line: `iot-forwarder COMMAND`, or `python -m forwarder COMMAND`.

Only the module of the command that is called is imported.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from forwarder.errors import ForwarderError

PROGRAM: Final = "python -m forwarder" if __name__ == "__main__" else "iot-forwarder"

COMMANDS: Mapping[str, str] = {
    "check": "check a configuration",
    "explain": "show what becomes of an event",
    "replay-rejected": "move rejected records on",
}
"""Line of help of each command; a command is the module of its name in `forwarder.commands`."""

PACKAGES: Sequence[str] = ("boto3", "aws_lambda_powertools", "jmespath")
"""Packages that the extra `forwarder` installs; every command needs them."""


class ShowVersion(argparse.Action):
    """Option that prints the installed version and ends the program."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(import_module("forwarder.version").version_line("iot-forwarder"))
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    The code is 2, with the reason on standard error, if the command cannot be run, 130 if it is interrupted.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    called = next((argument for argument in arguments if argument in COMMANDS), None)
    if called and not all(map(find_spec, PACKAGES)):
        advice = "pip install 'iot-events-forwarder[forwarder]'"
        print(f"error: {called} needs the forwarder's packages: {advice}", file=sys.stderr)
        return 2
    options = _parser(called).parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except ForwarderError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # A reader that leaves early, like `head`. Python flushes standard output at its end: not once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser(called: str | None) -> argparse.ArgumentParser:
    """Return the parser of the command line, complete for the command that is called."""
    text = "Commands of the IoT Events forwarder: explain a configuration, move rejected records on."
    parser = argparse.ArgumentParser(PROGRAM, description=text)
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="show the installed version and exit")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=help)
        if name == called:
            module = import_module(f"forwarder.commands.{name.replace('-', '_')}")
            module.add_arguments(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
