"""docs/architecture.md is a map of the tree: it names every folder, and files that pages name exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.docs.markdown import DOCS, PAGES, ROOT, name_of, tables_of
from tests.test_layers import LADDERS

MAP = (DOCS / "architecture.md").read_text("utf-8")
TREES = ("lambda_src/forwarder", "lambda_src/iotevents", "infra", "local")
FILE = re.compile(r"`((?:[\w./-]+/)?[\w.-]+\.py|[\w./-]+/[\w.-]+\.(?:md|json|jsonl|csv|toml))`")
MADE_BY_COMMANDS = ("cdk.out/",)


def folders_of(tree: str) -> Iterator[str]:
    """Yield the packages of a tree, as paths below it."""
    for path in sorted((ROOT / tree).rglob("*/__init__.py")):
        if path.parent != ROOT / tree:
            yield path.parent.relative_to(ROOT / tree).as_posix()


def named_files(page: Path) -> Iterator[str]:
    """Return the paths in back-ticks on a page."""
    return (path for path in FILE.findall(page.read_text("utf-8")) if not path.startswith(MADE_BY_COMMANDS))


def is_there(path: str) -> bool:
    """Return whether a path exists below the project's root or below one of the trees."""
    return any((root / path).exists() for root in (ROOT, *(ROOT / tree for tree in TREES)))


@pytest.mark.parametrize("tree", TREES)
def test_map_names_every_folder(tree: str) -> None:
    prefix = f"{tree}/" if tree in ("infra", "local") else ""
    assert [name for name in folders_of(tree) if f"`{prefix}{name}/`" not in MAP] == []


@pytest.mark.parametrize("tree", ["forwarder", "iotevents"])
def test_map_has_the_order_of_the_ladder(tree: str) -> None:
    """Compare steps, of which one may hold more than one place: rows go from above to below."""
    (table,) = tables_of(MAP[MAP.index(f"| `lambda_src/{tree}/` | does |") :].split("\n\n")[0] + "\n")
    steps = {place: number for number, step in enumerate(LADDERS[tree]) for place in step}
    rows = [steps[row[0].strip("`/")] for row in table]
    assert rows == sorted(rows)


def test_contributing_names_every_folder_of_tests() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    folders = sorted(path.name for path in (ROOT / "tests").iterdir() if path.is_dir())
    assert [name for name in folders if name != "__pycache__" and f"`tests/{name}/`" not in text] == []


def test_index_names_every_page() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    named = re.findall(r"^\| \[([\w-]+\.md)\]", index, re.MULTILINE)
    assert set(named) == {page.name for page in DOCS.glob("*.md")} - {"README.md"}


def test_map_names_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a clone")
    top = {path.split("/")[0] for path in tracked.stdout.splitlines() if "/" in path}
    assert [name for name in sorted(top) if not name.startswith(".") and f"`{name}/" not in MAP] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_files_exist(page: Path) -> None:
    assert [path for path in named_files(page) if not is_there(path)] == []
