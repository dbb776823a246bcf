"""Worlds of definition folders, for the pytest fixture `detector_models`."""

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from iotevents.definitions.loading import Definitions, load_definitions
from iotevents.testing.simulation import Simulation


class DetectorModels:
    """Maker of worlds, which reads and compiles each folder once.

    Folders are relative to `root`; `default` is the folder of those who name none, `""` if there is none.
    """

    def __init__(self, root: Path, default: str = "") -> None:
        self._root = root
        self._default = default
        self._compiled: dict[tuple[Path, str], Definitions] = {}

    def __call__(
        self, folder: str | PathLike[str] | None = None, *, parameters: Mapping[str, Any] | None = None
    ) -> Simulation:
        """Return a new world of the definitions in a folder, as `iotevents.testing.load` does.

        Raises DefinitionsError with everything that is wrong in any file, ValueError if no folder is named.
        """
        definitions = self._definitions(self._folder(folder), parameters)
        return Simulation(definitions.models.values(), definitions.inputs)

    def _folder(self, folder: str | PathLike[str] | None) -> Path:
        name = folder or self._default
        if not name:
            raise ValueError(
                'Name the folder of the definitions: detector_models("definitions"), or set '
                "iotevents_definitions in the configuration of pytest"
            )
        return self._root / name

    def _definitions(self, folder: Path, parameters: Mapping[str, Any] | None) -> Definitions:
        known = folder.resolve(), json.dumps(parameters, sort_keys=True)
        if known not in self._compiled:
            self._compiled[known] = load_definitions(folder, parameters)
        return self._compiled[known]
