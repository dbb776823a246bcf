from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from iotevents.stores.sqlite import MEMORY, SqliteStore
from iotevents.stores.store import Store

STORES: dict[str, Callable[[Path], Store]] = {
    "file": lambda folder: SqliteStore(folder / "data.db"),
    "file-uncached": lambda folder: SqliteStore(folder / "data.db", cached_detectors=0),
    "file-of-rows": lambda folder: SqliteStore(folder / "data.db", cached_detectors=0, unflushed_detectors=0),
    "file-of-both": lambda folder: SqliteStore(folder / "data.db", cached_detectors=1, unflushed_detectors=2),
    "memory": lambda _: SqliteStore(MEMORY),
}
"""How each kind of store is opened, given an empty folder."""


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every kind of store, empty."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=[name for name in STORES if name.startswith("file")])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Yield a function that opens the same file again, the former store closed first."""
    stores: list[Store] = []

    def reopen() -> Store:
        for one in stores:
            one.close()
        stores[:] = [STORES[request.param](tmp_path)]
        return stores[0]

    yield reopen
    stores[0].close()
