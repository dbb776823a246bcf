"""The pages of the documentation, and what stands in them: code blocks and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))

_BLOCK = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_TABLE = re.compile(r"^\|[-|]+\|\n((?:\|.*\|\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page; `line` is that of its fence, `word` what follows the language."""

    page: str
    line: int
    language: str
    word: str
    text: str

    def __str__(self) -> str:
        """Return where the block stands."""
        return f"{self.page}:{self.line}"


def name_of(page: Path) -> str:
    """Return the path of a page below the project's root."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page's text, in their order."""
    for match in _BLOCK.finditer(text):
        language, _, word = match[1].strip().partition(" ")
        yield Block(page, text.count("\n", 0, match.start()) + 1, language, word, match[2])


def tables_of(text: str) -> list[list[list[str]]]:
    """Return the cells of the rows of each table of a text, without heads."""
    return [
        [[cell.strip() for cell in line[1:-1].split("|")] for line in rows.splitlines()]
        for rows in _TABLE.findall(text)
    ]


def section_of(text: str, heading: str) -> str:
    """Return the text below a heading up to the next one of its level or above."""
    level = len(heading.split(" ")[0])
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    following = re.search(rf"^#{{1,{level}}} ", text[start:], re.MULTILINE)
    return text[start : start + following.start()] if following else text[start:]
