"""Types of command-line arguments."""

import argparse

from iotevents.recordings.messages_file import time_of

PARAMETERS_HELP = "file with the values of the parameters of CloudFormation templates among the definitions"


def port(text: str) -> int:
    """Parse a TCP port; 0 stands for any free port."""
    return _integer(text, 0, 65_535)


def positive(text: str) -> int:
    """Parse a whole number from 1 to 2^24."""
    return _integer(text, 1, 2**24)


def moment(text: str) -> int:
    """Parse a time in epoch milliseconds or ISO 8601; return epoch milliseconds."""
    try:
        return time_of(int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _integer(text: str, minimum: int, maximum: int) -> int:
    if not (text.isascii() and text.isdigit() and minimum <= int(text[:12]) <= maximum):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {minimum} to {maximum}")
    return int(text)
