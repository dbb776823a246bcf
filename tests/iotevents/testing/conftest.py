import json
from pathlib import Path

import pytest
from iotevents.testing import Simulation, load

from tests.support.iotevents.models import (
    body,
    event,
    reset_timer,
    set_timer,
    set_variable,
    sns,
    state,
    transition,
)

PUMP = {
    "inputName": "Pump",
    "inputDefinition": {"attributes": [{"jsonPath": "id"}, {"jsonPath": "pressure"}]},
}
IDLE = {"inputName": "Idle", "inputDefinition": {"attributes": [{"jsonPath": "id"}]}}
PUMPS = body(
    state(
        "Normal",
        transition("$input.Pump.pressure > 70", "High", set_timer("long", "600"), name="rose"),
    ),
    state(
        "High",
        event("currentInput('Pump')", set_variable("last", "$input.Pump.pressure"), name="seen"),
        event("$input.Pump.pressure / 0 > 1", name="wrong"),
        transition("$input.Pump.pressure <= 70", "Normal", name="fell"),
        transition("timeout('long')", "Alarm", name="stayed"),
    ),
    state(
        "Alarm",
        event("timeout('again')", sns(), reset_timer("again"), name="seen"),
        transition("$input.Pump.pressure <= 70", "Normal", name="fell"),
        enter=[event(None, sns(), set_timer("again", "60"), name="seen")],
        exit=[event(None, name="seen")],
    ),
    detectorModelName="Pumps",
)
HOUSE = body(
    state("On", event("$input.Pump.pressure > 0", set_variable("last", "$input.Pump.pressure"))),
    detectorModelName="House",
    key=None,
)


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """Return a folder: the inputs Pump and Idle, the model Pumps with a key, the model House without."""
    folder = tmp_path / "definitions"
    folder.mkdir()
    for number, document in enumerate((PUMP, IDLE, PUMPS, HOUSE)):
        (folder / f"{number}.json").write_text(json.dumps(document))
    return folder


@pytest.fixture
def world(definitions: Path) -> Simulation:
    return load(definitions)
