"""docs/testing-models.md: its Python blocks run as they are printed, and it names what is public."""

from typing import Any

import iotevents.testing
import pytest
from iotevents.testing import DetectorModels, load

from tests.support.docs.markdown import DOCS, ROOT, blocks_of

TEXT = (DOCS / "testing-models.md").read_text("utf-8")
BLOCKS = [block.text for block in blocks_of("testing-models.md", TEXT) if block.language == "python"]


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_docs_show_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for block in BLOCKS:
        exec(block, {})
    printed = capsys.readouterr().out
    assert "RoomVentilation room-1 is in the state Occupied" in printed
    (table,) = (block.text for block in blocks_of("testing-models.md", TEXT) if block.language == "text")
    assert printed.endswith(table)


def test_docs_test_passes() -> None:
    names: dict[str, Any] = {}
    exec(BLOCKS[-1], names)
    names["test_room_is_empty_after_ten_minutes"](DetectorModels(ROOT))


def test_docs_name_public_members() -> None:
    world = load("examples/rooms/definitions")
    result = world.send("RoomTelemetry", {"room": "room-1", "occupancy": 1, "co2": 1200})
    detector = world["RoomVentilation", "room-1"]
    shown = [result, detector, *world.send("RoomTelemetry", {"room": "room-1", "occupancy": 1}).actions]
    members = {name for value in (world, *shown) for name in dir(value) if not name.startswith("_")}
    assert {name for name in members if name not in TEXT} == set()


def test_public_names_are_documented() -> None:
    values = [getattr(iotevents.testing, name) for name in iotevents.testing.__all__]
    assert all(value.__doc__ for value in values)
    for value in values:
        public = [member for name, member in vars(value).items() if not name.startswith("_")]
        assert [member for member in public if callable(member) and not member.__doc__] == []


def test_public_names_are_no_others() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        assert iotevents.testing.lod  # type: ignore[attr-defined]
