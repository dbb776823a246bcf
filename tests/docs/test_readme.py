"""The README is short, and says the version that is built."""

from tests.support.docs.markdown import ROOT, blocks_of
from tests.support.docs.tree import PROJECT

TEXT = (ROOT / "README.md").read_text("utf-8")


def test_readme_is_short() -> None:
    assert len(TEXT.splitlines()) <= 150


def test_readme_has_a_picture() -> None:
    assert next(block.language for block in blocks_of("README.md", TEXT)) == "mermaid"


def test_readme_says_the_version() -> None:
    assert f"| part of version {PROJECT['version']} |" in TEXT
