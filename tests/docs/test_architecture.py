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
FILE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|md|json|jsonl|csv|toml|mjs))`")
MADE_BY_COMMANDS = ("cdk.out/",)


def folders_of(tree: str) -> Iterator[str]:
    """Return the packages directly in a tree."""
    return (path.parent.name for path in sorted((ROOT / tree).glob("*/__init__.py")))


def named_files(page: Path) -> Iterator[str]:
    """Return the paths in back-ticks on a page."""
    return (path for path in FILE.findall(page.read_text("utf-8")) if not path.startswith(MADE_BY_COMMANDS))


def is_there(path: str) -> bool:
    """Whether a path exists below the project's root, or below a package of the function's code."""
    return any((root / path).exists() for root in (ROOT, *(ROOT / tree for tree in TREES)))


@pytest.mark.parametrize("tree", TREES)
def test_map_names_every_folder(tree: str) -> None:
    prefix = f"{tree}/" if tree in ("infra", "local") else ""
    assert [name for name in folders_of(tree) if f"`{prefix}{name}/`" not in MAP] == []


@pytest.mark.parametrize("tree", ["forwarder", "iotevents"])
def test_map_has_the_order_of_the_ladder(tree: str) -> None:
    """A step of a ladder may hold more than one place; the rows of the map go from above to below."""
    (table,) = tables_of(MAP[MAP.index(f"| `lambda_src/{tree}/` | does |") :].split("\n\n")[0] + "\n")
    steps = {place: number for number, step in enumerate(LADDERS[tree]) for place in step}
    rows = [steps[row[0].strip("`/")] for row in table]
    assert rows == sorted(rows)


def test_map_names_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a clone")
    top = {path.split("/")[0] for path in tracked.stdout.splitlines() if "/" in path}
    assert [name for name in sorted(top) if not name.startswith(".") and f"`{name}/" not in MAP] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_named_files_exist(page: Path) -> None:
    assert [path for path in named_files(page) if not is_there(path)] == []
