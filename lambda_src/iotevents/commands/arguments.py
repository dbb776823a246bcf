"""Types of command-line arguments."""

import argparse
from typing import TypeAlias

from iotevents.recordings.messages_file import time_of

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

PARAMETERS_HELP = "file with the values of the parameters of CloudFormation templates among the definitions"


def port(text: str) -> int:
    """A TCP port; 0 stands for a free one."""
    return _integer(text, 0, 65_535)


def positive(text: str) -> int:
    """A whole number from 1 to 2^24."""
    return _integer(text, 1, 2**24)


def moment(text: str) -> int:
    """A time: epoch milliseconds or ISO 8601, as epoch milliseconds."""
    try:
        return time_of(int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _integer(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text[:12]) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)
