"""Tests of detector models in Python: the engine on a simulated clock, without a server and without AWS.

    from iotevents.testing import load

    world = load("definitions/")
    world.send("Pump", {"id": "p7", "pressure": 80}, at="2026-01-01T08:00Z")
    world.advance("10m")
    assert world["Pumps", "p7"].state == "Alarm"

A folder of definition files goes in; detectors, actions, errors and coverage come out. `simulation.py` is the
entrance, `pytest_plugin.py` that of pytest. The names below are public; each is imported when it is first
used, because pytest imports this package in every run, also in those that test no model.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from iotevents.errors import DefinitionsError, NotFoundError, RefusedError
    from iotevents.testing.coverage import Coverage, Place
    from iotevents.testing.detector_models import DetectorModels
    from iotevents.testing.results import DetectorAction, DetectorFailure, SimulationResult
    from iotevents.testing.simulation import Simulation, load
    from iotevents.testing.snapshot import DetectorSnapshot

__all__ = [
    "Coverage",
    "DefinitionsError",
    "DetectorAction",
    "DetectorFailure",
    "DetectorModels",
    "DetectorSnapshot",
    "NotFoundError",
    "Place",
    "RefusedError",
    "Simulation",
    "SimulationResult",
    "load",
]

if not TYPE_CHECKING:  # a type checker would take every name for one of this package
    _MODULES: Final = {
        "Coverage": "iotevents.testing.coverage",
        "DefinitionsError": "iotevents.errors",
        "DetectorAction": "iotevents.testing.results",
        "DetectorFailure": "iotevents.testing.results",
        "DetectorModels": "iotevents.testing.detector_models",
        "DetectorSnapshot": "iotevents.testing.snapshot",
        "NotFoundError": "iotevents.errors",
        "Place": "iotevents.testing.coverage",
        "RefusedError": "iotevents.errors",
        "Simulation": "iotevents.testing.simulation",
        "SimulationResult": "iotevents.testing.results",
        "load": "iotevents.testing.simulation",
    }

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first used. Raises AttributeError for any other."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(_MODULES[name]), name)
        globals()[name] = value
        return value
