"""`python -m iotevents COMMAND`."""

import argparse
import sys
from collections.abc import Sequence

from iotevents.commands import graph, messages, replay, serve
from iotevents.errors import IotEventsError

COMMANDS = (serve, replay, graph, messages)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; 2 with the reason on standard error if it cannot be done."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except IotEventsError as error:
        print("\n".join(f"error: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m iotevents", description="An IoT Events-compatible system.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
