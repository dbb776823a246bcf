"""What the README shows is what the tools print, and what the code supports."""

import pytest
from iotevents.models.action_parser import INTERNAL as IN_GRAMMAR

from tests.support.iotevents.readme import DOCS, INTERNAL, README, actions, picture, table

TEXT = README.read_text("utf-8")


@pytest.mark.parametrize(
    ("language", "shown"), [("text", table()), ("mermaid", picture())], ids=["table", "picture"]
)
def test_readme_shows_what_is_printed(language: str, shown: str) -> None:
    assert f"```{language}\n{shown}\n```" in TEXT


def test_docs_list_all_actions() -> None:
    assert actions() in DOCS.read_text("utf-8")


def test_internal_actions_are_those_of_the_grammar() -> None:
    assert tuple(INTERNAL) == IN_GRAMMAR
