"""The order of the trees: a file imports only from its own folder and from places above it in LADDERS.

A place is a folder, or a file of a tree's root; a new one is put on its ladder here.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOTS = {
    "iotevents_client": ROOT / "lambda_src",
    "forwarder": ROOT / "lambda_src",
    "iotevents": ROOT / "lambda_src",
    "infra": ROOT,
    "local": ROOT,
}
"""The folder that each tree is imported from."""
USES: Mapping[str, set[str]] = {
    "iotevents_client": set(),
    "forwarder": {"iotevents_client"},
    "iotevents": set(),
    "infra": {"forwarder", "iotevents_client"},
    "local": {"forwarder", "iotevents", "infra"},
}
"""The trees that a tree may import."""
LADDERS: Mapping[str, tuple[set[str], ...]] = {
    "forwarder": (
        {"version", "errors", "reasons", "records", "batches", "timestamps"},
        {"config"},
        {"sources"},
        {"decoding"},
        {"routing"},
        {"delivery"},
        {"rejected_records"},
        {"response"},
        {"redrive"},
        {"gc_tuning", "clients"},
        {"forwarder"},
        {"factory"},
        {"handler"},
        {"commands"},
        {"__main__"},
    ),
    "iotevents": (
        {"version", "errors", "json_text", "messages", "named_tuples", "deduplication"},
        {"expressions"},
        {"fast_json"},
        {"models"},
        {"engine"},
        {"definitions"},
        {"runtime"},
        {"stores"},
        {"service"},
        {"api"},
        {"inspection"},
        {"recordings"},
        {"testing"},
        {"server"},
        {"commands"},
        {"__main__"},
    ),
    "infra": ({"errors"}, {"settings"}, {"context"}, {"constructs"}, {"stack"}, {"synthesis"}, {"commands"}),
    "local": ({"lambda_runtime"}, {"sqs"}, {"faults"}, {"pollers"}, {"demo"}, {"aws"}, {"invoke"}),
}
HTTP = {"starlette", "uvicorn", "http", "asyncio"}
CLOCK_AND_IO = {"time", "datetime", "random", "os", "io", "pathlib", "socket", "subprocess", "logging"}


def module_of(file: Path, root: Path) -> str:
    """Return the dotted name of a file below an import root; a folder's `__init__` has the folder's."""
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_of(file, root): file
    for tree, root in ROOTS.items()
    for file in sorted((root / tree).rglob("*.py"))
}
"""Every file of the trees by its dotted name."""


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, ours as files: `from package import name` may name either."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports are not followed here"
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (member if member in MODULES else str(node.module) for member in members)


IMPORTS = {module: frozenset(imported(file)) for module, file in MODULES.items()}


def tree_of(module: str) -> str:
    """Return the tree, or other package, that a module belongs to."""
    return module.partition(".")[0]


def level_of(module: str) -> int | None:
    """Return the position of a module's place on its tree's ladder; None without a place."""
    tree, _, rest = module.partition(".")
    place = rest.partition(".")[0]
    return next((level for level, places in enumerate(LADDERS[tree]) if place in places), None)


def below(*packages: str) -> list[str]:
    """Return the modules of some packages."""
    return [module for module in MODULES if module.startswith(tuple(f"{package}." for package in packages))]


CLIMBING = [module for module in MODULES if tree_of(module) in LADDERS and module not in LADDERS]


@pytest.mark.parametrize("tree", LADDERS)
def test_every_file_has_a_place(tree: str) -> None:
    assert [module for module in CLIMBING if tree_of(module) == tree and level_of(module) is None] == []


@pytest.mark.parametrize("tree", LADDERS)
def test_every_place_exists(tree: str) -> None:
    places = {module.split(".")[1] for module in CLIMBING if tree_of(module) == tree}
    assert set().union(*LADDERS[tree]) == places


@pytest.mark.parametrize("module", CLIMBING)
def test_file_imports_from_above(module: str) -> None:
    own = level_of(module)
    neighbours = [
        name for name in IMPORTS[module] if tree_of(name) == tree_of(module) and name not in LADDERS
    ]
    assert [name for name in neighbours if (level_of(name) or 0) > (own or 0)] == []


@pytest.mark.parametrize("tree", ROOTS)
def test_tree_imports_only_its_own(tree: str) -> None:
    used = {tree_of(name) for module in MODULES if tree_of(module) == tree for name in IMPORTS[module]}
    assert used & ROOTS.keys() <= {tree} | USES[tree]


def test_no_cycle_of_files() -> None:
    graph = {module: IMPORTS[module] & MODULES.keys() - {module} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    "module",
    [
        module
        for module in below("iotevents")
        if not module.startswith(("iotevents.server", "iotevents.commands"))
    ],
)
def test_only_server_knows_http(module: str) -> None:
    assert {tree_of(name) for name in IMPORTS[module]}.isdisjoint(HTTP)


@pytest.mark.parametrize(
    "module", [module for module in below("iotevents") if not module.startswith("iotevents.commands")]
)
def test_only_commands_need_rich(module: str) -> None:
    assert "rich" not in {tree_of(name) for name in IMPORTS[module]}


@pytest.mark.parametrize("module", below("iotevents"))
def test_only_plugin_needs_pytest(module: str) -> None:
    assert module.startswith("iotevents.testing.pytest_") or "pytest" not in IMPORTS[module]


@pytest.mark.parametrize("module", below("iotevents.testing"))
def test_simulation_reads_no_clock(module: str) -> None:
    assert {"time", "iotevents.service.clock"}.isdisjoint(IMPORTS[module])
    assert ".now(" not in MODULES[module].read_text("utf-8")


@pytest.mark.parametrize("module", below("iotevents.engine", "iotevents.models", "iotevents.runtime"))
def test_engine_has_no_clock_or_io(module: str) -> None:
    assert {tree_of(name) for name in IMPORTS[module]}.isdisjoint(CLOCK_AND_IO)
    assert not any(name.startswith("iotevents.service.clock") for name in IMPORTS[module])
