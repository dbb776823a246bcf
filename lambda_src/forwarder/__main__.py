"""`python -m forwarder COMMAND`."""

import argparse
import os
import sys
from collections.abc import Sequence

from forwarder.commands import check, explain, replay_rejected
from forwarder.errors import ForwarderError

COMMANDS = (check, explain, replay_rejected)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    The code is 2, with the reason on standard error, if the command cannot be run, 130 if it is interrupted.
    """
    options = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    text = "Commands of the IoT Events forwarder: explain a configuration, move rejected records on."
    parser = argparse.ArgumentParser("python -m forwarder", description=text)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
