"""What docs/detectors.md shows is what the tools print, and what the code supports."""

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
