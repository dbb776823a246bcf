"""Tests of the model RoomVentilation: pytest examples/rooms --iotevents-coverage"""

from datetime import timedelta

import pytest
from iotevents.testing import DetectorModels, Simulation


@pytest.fixture
def world(detector_models: DetectorModels) -> Simulation:
    """Return a new simulation of the definitions that `pytest.ini` names."""
    return detector_models()


def read(world: Simulation, *, occupancy: int, co2: float = 600, at: str | None = None) -> None:
    """Send a reading of room-1."""
    world.send("RoomTelemetry", {"room": "room-1", "co2": co2, "occupancy": occupancy}, at=at)


def test_room_is_empty_after_ten_minutes(world: Simulation) -> None:
    read(world, occupancy=1, at="2026-01-05T08:00Z")
    read(world, occupancy=0, at="2026-01-05T08:01Z")
    room = world["RoomVentilation", "room-1"]
    assert (room.state, room.timers) == ("Occupied", {"absence": timedelta(minutes=9)})
    world.advance("9m")
    assert world["RoomVentilation", "room-1"].state == "Empty"


def test_room_stays_occupied_while_people_are_seen(world: Simulation) -> None:
    read(world, occupancy=1)
    for _ in range(3):
        world.advance("9m")
        read(world, occupancy=1)
    assert world["RoomVentilation", "room-1"].state == "Occupied"


def test_stale_air_starts_the_ventilation(world: Simulation) -> None:
    read(world, occupancy=1)
    read(world, occupancy=1, co2=1200)
    (action,) = world.actions
    assert action.parameters["mqttTopic"] == "rooms/room-1/ventilation"
    assert action.json() == {"ventilation": "on", "co2": 1200}


def test_ventilation_runs_until_the_air_is_fresh(world: Simulation) -> None:
    for co2 in (1200, 1200, 1050, 1001, 999):
        read(world, occupancy=1, co2=co2)
    assert world["RoomVentilation", "room-1"].state == "Occupied"
    assert [action.json()["ventilation"] for action in world.actions] == ["on", "off"]


def test_ventilation_ends_when_everybody_has_left(world: Simulation) -> None:
    for co2 in (1200, 1200, 1300):
        read(world, occupancy=1, co2=co2)
    result = world.advance("10m")
    assert [(evaluation["from"], evaluation["to"]) for evaluation in result.evaluations] == [
        ("Airing", "Empty")
    ]
    assert result.actions[0].json()["ventilation"] == "off"


def test_rooms_do_not_disturb_each_other(world: Simulation) -> None:
    for room, occupancy in (("room-1", 1), ("room-2", 0)):
        world.send("RoomTelemetry", {"room": room, "co2": 600, "occupancy": occupancy})
    assert world["RoomVentilation", "room-2"].state == "Empty"
    assert world.errors == ()
