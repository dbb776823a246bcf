"""Checks of the JSON documents of the documentation, each by what takes such a document."""

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from typing import Any

import botocore.session
from forwarder.config.config import QUEUE_VARIABLE, parse_config
from iotevents.recordings.messages_file import BadLine, read_line
from iotevents_client.endpoint import VARIABLES

from infra.settings.settings import parse_settings
from tests.support.docs.markdown import ROOT

STATEMENT = {"Effect", "Principal", "Action", "Resource", "Condition"}


def check_json(text: str) -> None:
    """Raise an error if a JSON document is not valid where it is taken, or of no known kind."""
    document = json.loads(text)
    kinds = [kind for kind in CHECKS if kind in document]
    assert kinds, f"a document of no known kind: {text}"
    CHECKS[kinds[0]](document)


def check_json_lines(text: str) -> None:
    """Raise an error if a line is none of a messages file."""
    wrong = [line for line in map(read_line, text.splitlines()) if isinstance(line, BadLine)]
    assert not wrong


def _check_settings(document: Mapping[str, Any]) -> None:
    parse_settings(document, folder=ROOT)


def _check_environment(document: Mapping[str, Any]) -> None:
    """Check the file of `make invoke ENV=…`."""
    assert document["Parameters"].keys() <= {QUEUE_VARIABLE, *VARIABLES}
    assert QUEUE_VARIABLE in document["Parameters"]


def _check_statement(document: Mapping[str, Any]) -> None:
    """Check a statement of an IAM policy: its members and its actions exist."""
    assert document.keys() <= STATEMENT
    for action in document["Action"]:
        service, _, pattern = action.partition(":")
        names = botocore.session.get_session().get_service_model(service).operation_names
        assert any(fnmatch(name, pattern) for name in names), action


CHECKS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "routes": parse_config,
    "sources": _check_settings,
    "Parameters": _check_environment,
    "Effect": _check_statement,
}
"""The member that tells a document's kind, and its check."""
