"""What a file may import: only from its own layer or below, and HTTP only at the outer end."""

import ast
from collections.abc import Iterator
from pathlib import Path

import iotevents
import pytest

LAYERS = (
    {"errors", "findings", "clock", "json_text", "named_tuples"},
    {"expressions"},
    {"documents", "body"},
    {"names", "parameters"},
    {"intrinsics"},
    {"templates"},
    {"bodies"},
    {"plain_json"},
    {"inputs", "messages", "payloads", "seen_messages"},
    {"redelivery", "sent_times"},
    {"models"},
    {"detector", "routing", "definitions", "graph"},
    {"engine"},
    {"outcomes", "wakes", "messages_file", "memory", "world"},
    {"fleet"},
    {"changes"},
    {"stores"},
    {"unit", "catalog", "journal", "outbox"},
    {"batch"},
    {"service", "records", "debug_log", "csv_file", "explanation"},
    {"api"},
    {"replay"},
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


def layer(name: str) -> int:
    """The number of a file's or folder's layer; each must have one."""
    return next(number for number, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_file_imports_from_below(file: Path) -> None:
    own = layer(file.parts[0].removesuffix(".py"))
    ours = [name.split(".")[1] for name in imported(file) if name.startswith("iotevents.")]
    assert [name for name in ours if layer(name) > own] == []


@pytest.mark.parametrize(
    "file", [one for one in FILES if one.parts[0] not in ("server", "commands")], ids=str
)
def test_file_knows_no_http(file: Path) -> None:
    assert {name.split(".")[0] for name in imported(file)}.isdisjoint(HTTP)


@pytest.mark.parametrize("file", [one for one in FILES if one.parts[0] != "commands"], ids=str)
def test_file_needs_no_tools_for_people(file: Path) -> None:
    assert "rich" not in {name.split(".")[0] for name in imported(file)}


@pytest.mark.parametrize(
    "file",
    [one for one in FILES if one.parts[0] in ("engine", "models", "runtime")],
    ids=str,
)
def test_engine_has_no_clock_and_no_io(file: Path) -> None:
    outside = {"time", "datetime", "random", "os", "io", "pathlib", "socket", "subprocess", "logging"}
    assert {name.split(".")[0] for name in imported(file)}.isdisjoint(outside)
    assert not any(name.startswith("iotevents.service.clock") for name in imported(file))
