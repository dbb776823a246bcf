"""Coverage of models: what was reached, by place in the definition."""

from pathlib import Path

import pytest
from iotevents.testing import Place, Simulation, load

HIGH = {"id": "p7", "pressure": 80}
LOW = {"id": "p7", "pressure": 5}


def count(world: Simulation, path: str, model: str = "Pumps") -> int:
    counts = world.coverage().counts
    return next(counts[place] for place in counts if (place.model, place.path) == (model, path))


def test_coverage_is_printed(world: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    world.send("Pump", HIGH)
    world.send("Pump", HIGH)
    coverage = world.coverage()
    expected = """\
House: 1 of 1 states, 1 of 1 events with actions reached
        1  state       On             states[0]
        2  event       On onInput: e  states[0].onInput.events[0]

Pumps: 2 of 3 states, 1 of 4 transitions, 1 of 3 events with actions reached
        1  state       Normal                 states[0]
        1  transition  Normal -> High: rose   states[0].onInput.transitionEvents[0]
        1  state       High                   states[1]
        1  event       High onInput: seen     states[1].onInput.events[0]
    never  transition  High -> Normal: fell   states[1].onInput.transitionEvents[0]
    never  transition  High -> Alarm: stayed  states[1].onInput.transitionEvents[1]
    never  state       Alarm                  states[2]
    never  event       Alarm onEnter: seen    states[2].onEnter.events[0]
    never  event       Alarm onInput: seen    states[2].onInput.events[0]
    never  transition  Alarm -> Normal: fell  states[2].onInput.transitionEvents[0]
"""
    assert capsys.readouterr().out == expected
    assert str(coverage) == expected.removesuffix("\n")


def test_coverage_tells_equal_names_apart(world: Simulation) -> None:
    world.send("Pump", HIGH)
    world.advance("10m")
    assert count(world, "states[2].onEnter.events[0]") == 1
    assert count(world, "states[2].onInput.events[0]") == 0
    world.advance("1m")
    world.send("Pump", LOW)
    assert count(world, "states[2].onInput.events[0]") == 1
    assert count(world, "states[2].onInput.transitionEvents[0]") == 1
    assert count(world, "states[1].onInput.transitionEvents[0]") == 0
    assert count(world, "states[0]") == 2


def test_coverage_of_a_state_set_by_an_operation(world: Simulation) -> None:
    world.send("Pump", LOW)
    new = {"stateName": "Alarm", "variables": [], "timers": []}
    entry = {"messageId": "u", "detectorModelName": "Pumps", "keyValue": "p7"}
    world.call("BatchUpdateDetector", {"detectors": [entry | {"state": new}]})
    world.call("BatchDeleteDetector", {"detectors": [entry]})
    assert count(world, "states[2]") == 1
    assert count(world, "states[2].onEnter.events[0]") == 0


def test_coverage_names_what_is_missing(world: Simulation) -> None:
    for pressure in (80, 80, 5, 80):
        world.send("Pump", HIGH | {"pressure": pressure})
    world.advance("11m")
    expected = Place("Pumps", "transition", "states[2].onInput.transitionEvents[0]", "Alarm -> Normal: fell")
    assert world.coverage().unreached == (expected,)
    world.send("Pump", LOW)
    assert not world.coverage().unreached


def test_coverage_of_an_unused_world(world: Simulation) -> None:
    coverage = world.coverage()
    assert coverage.unreached == tuple(coverage.counts)
    assert len(coverage.counts) == 12


def test_coverage_without_models(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text(
        '{"inputName": "A", "inputDefinition": {"attributes": [{"jsonPath": "a"}]}}'
    )
    assert load(tmp_path).coverage().counts == {}
