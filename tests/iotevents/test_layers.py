"""What a file may import: only from its own layer or below, and HTTP only at the outer end."""

import ast
from collections.abc import Iterator
from pathlib import Path

import iotevents
import pytest

LAYERS = (
    {"errors", "findings", "clock"},
    {"expressions"},
    {"documents", "body"},
    {"intrinsics", "parameters"},
    {"templates"},
    {"bodies"},
    {"inputs", "messages", "payloads", "definitions"},
    {"stores"},
    {"service"},
    {"api"},
    {"server"},
    {"commands"},
    {"__main__"},
)
HTTP = {"starlette", "uvicorn", "http", "asyncio"}
ROOT = Path(str(iotevents.__file__)).parent
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py") if path.name != "__init__.py")


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{one.name}" for one in node.names if node.module == "iotevents")
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def layer(name: str) -> int | None:
    return next((number for number, names in enumerate(LAYERS) if name in names), None)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_file_imports_from_below(file: Path) -> None:
    own = layer(file.parts[0].removesuffix(".py"))
    ours = [name.split(".")[1] for name in imported(file) if name.startswith("iotevents.")]
    higher = [name for name in ours if own is not None and (layer(name) or 0) > own]
    assert higher == []


@pytest.mark.parametrize(
    "file", [one for one in FILES if one.parts[0] not in ("server", "commands")], ids=str
)
def test_file_knows_no_http(file: Path) -> None:
    assert {name.split(".")[0] for name in imported(file)}.isdisjoint(HTTP)
