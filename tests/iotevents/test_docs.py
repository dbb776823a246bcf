"""What docs/detectors.md shows is what the tools print, and what the code supports."""

import re

from iotevents.api.operations import OPERATIONS
from iotevents.models.action_parser import INTERNAL as IN_GRAMMAR

from tests.support.docs.markdown import DOCS
from tests.support.iotevents.model_docs import INTERNAL, actions, picture

TEXT = (DOCS / "detectors.md").read_text("utf-8")


def test_picture_is_what_graph_prints() -> None:
    assert f"```mermaid\n{picture()}\n```" in TEXT


def test_actions_are_all_there() -> None:
    assert actions() in TEXT


def test_internal_actions_are_those_of_the_grammar() -> None:
    assert tuple(INTERNAL) == IN_GRAMMAR


def test_operations_are_all_there() -> None:
    page = (DOCS / "server.md").read_text("utf-8")
    sentence = page[page.index("It answers ") : page.index("**It does not check signatures**")]
    served = {operation.name for operation in OPERATIONS if operation.call is not None}
    assert set(re.findall("`([A-Za-z]+)`", sentence)) == served
