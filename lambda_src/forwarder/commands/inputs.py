"""Inputs of the commands: configuration files, event files, numbers."""

import argparse
import json
import os
from pathlib import Path

from forwarder.config.config import CONFIG_VARIABLE, Config, load_config
from forwarder.errors import ConfigError, EventError

CONFIG_HELP = f"configuration file (default: what {CONFIG_VARIABLE} holds or names)"


def read_config(file: str | None) -> Config:
    """Return the configuration of a file or, for None, of the environment.

    A path in the environment starts at the working directory. FORWARDER_REJECTED_QUEUE_URL counts as in the
    function. Raises ConfigError.
    """
    if file is None:
        return load_config(os.environ, Path())
    text = _text(file)
    if not text.lstrip().startswith("{"):
        raise ConfigError([f"{file}: not a JSON object"])
    try:
        return load_config({**os.environ, CONFIG_VARIABLE: text}, Path())
    except ConfigError as error:
        raise ConfigError(problem.replace(CONFIG_VARIABLE, file, 1) for problem in error.problems) from error


def read_event_file(file: str) -> object:
    """Return the JSON value of an event file, as Lambda's runtime reads it; raises EventError."""
    try:
        return json.loads(Path(file).read_bytes())
    except OSError as error:
        raise EventError(f"{file}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise EventError(f"{file}: not JSON: {error}") from error


def positive(text: str) -> int:
    """Return the value of an argument, a whole number from 1 on; raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and int(text[:12]) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: not UTF-8: {error.reason} at byte {error.start + 1}"]) from error
