"""Every command block of the README and the documentation is run as it is printed.

Only the word behind the language makes exceptions: `sh ci` needs minutes and stands in `.ci/run`; `sh aws`
needs an account or an engine, and its commands and options exist.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.docs.commands import ci_problems, problems_of
from tests.support.docs.documents import check_json, check_json_lines
from tests.support.docs.markdown import PAGES, ROOT, Block, blocks_of, name_of
from tests.support.docs.running import PageRun
from tests.support.docs.tree import files_of

BLOCKS = [block for page in PAGES for block in blocks_of(name_of(page), page.read_text("utf-8"))]
FORMS: Mapping[str, Callable[[str], object]] = {
    "json": check_json,
    "jsonl": check_json_lines,
    "toml": tomllib.loads,
    "ini": ConfigParser().read_string,
}
"""The check of the blocks of each language that is no program."""
KINDS = {("sh", ""), ("sh", "ci"), ("sh", "aws"), *((name, "") for name in ("python", *FORMS))}
NOT_CODE = {("mermaid", ""), ("text", "")}


def blocks(language: str, word: str = "") -> list[Block]:
    return [block for block in BLOCKS if (block.language, block.word) == (language, word)]


RUN = [*blocks("sh"), *blocks("python")]
RUN_PAGES = sorted({block.page for block in RUN})


@pytest.mark.parametrize("page", RUN_PAGES)
def test_page_runs(tree: Path, page: str) -> None:
    before = files_of(tree)
    with PageRun(tree) as run:
        for block in BLOCKS:
            if block.page == page and block in RUN:
                run.run(block)
    left = files_of(tree) - before
    assert {path.name for path in left if not path.match("iotevents.db*")} == set()
    for path in left:
        (tree / path).unlink()


def test_file_of_the_server_is_ignored() -> None:
    assert "iotevents.db*" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize("block", blocks("sh", "ci"), ids=str)
def test_long_commands_are_run_by_ci(block: Block) -> None:
    assert ci_problems(block.text) == []


@pytest.mark.parametrize("block", blocks("sh", "aws"), ids=str)
def test_commands_for_an_account_exist(block: Block, tree: Path) -> None:
    assert problems_of(block.text, tree) == []


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in FORMS], ids=str)
def test_documents_are_valid(block: Block) -> None:
    FORMS[block.language](block.text)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_block_is_of_a_known_kind(block: Block) -> None:
    assert (block.language, block.word) in KINDS | NOT_CODE


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in ("sh", "python")], ids=str)
def test_block_has_no_placeholder(block: Block) -> None:
    assert not re.search(r"<[a-z][^>]*>|git clone|\bFILE\b|\bURL\b", block.text)
