"""The comparison of shown and printed output, and the reading of pages."""

import pytest

from tests.support.docs.comparison import same_output
from tests.support.docs.markdown import blocks_of, section_of, tables_of
from tests.support.docs.running import commands_of


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\nb\n", "a\nb"),
        ("a\n…\n", "a\nb\nc"),
        ("…\nc", "a\nb\nc"),
        ("a\n…\nc", "a\nc"),
        ("a\n…\nc\n…\ne", "a\nb\nc\nd\ne"),
        ("now 2026-01-01 08:00:00Z", "now 2027-03-04 05:06:07.123Z"),
        ("listening on http://127.0.0.1:8086", "listening on http://127.0.0.1:40001"),
        ("id 0f6c2d5e-4a0b-5b6e-9d3c-0a3b7c1f5e21", "id 9a329ef1-6aa9-5e9e-8eac-0e82f2e9bfd8"),
        ("0:09:52 left", "0:10:00 left"),
    ],
)
def test_same_output_passes(shown: str, printed: str) -> None:
    assert same_output(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a", "b"),
        ("a", "a\nb"),
        ("a\nb", "a"),
        ("a\n…\nc", "a\nc\nd"),
        ("a\n…\na", "a"),
        ("a\n…\nd\n…\ne", "a\nb\nc\ne"),
        ("…\nb\n…\nb", "a\nb"),
        ("2015-02-02 14:19:00", "2015-02-02 14:19:01"),
    ],
)
def test_other_output_fails(shown: str, printed: str) -> None:
    assert not same_output(shown, printed)


def test_blocks_have_place_and_word() -> None:
    (first, second) = blocks_of("p.md", "# P\n\n```sh ci\nmake\n```\n\n```python\n\nx = 1\n```\n")
    assert (str(first), first.language, first.word, first.text) == ("p.md:3", "sh", "ci", "make\n")
    assert (str(second), second.language, second.text) == ("p.md:7", "python", "\nx = 1\n")


def test_commands_have_their_output() -> None:
    assert [*commands_of("$ a\n1\n2\n$ b\n")] == [("a", "1\n2"), ("b", "")]
    assert [*commands_of("a\nb\n")] == [("a\nb\n", None)]


def test_section_ends_at_its_level() -> None:
    text = "# P\n\n## A\nx\n### B\n| a |\n|---|\n| b |\n## C\ny\n"
    assert section_of(text, "## A") == "x\n### B\n| a |\n|---|\n| b |\n"
    assert tables_of(text) == [[["b"]]]
