"""The service models as real files.

botocore's loader lists and opens real directories only. When the package is imported from a zip, its models
are unpacked into a temporary folder that goes away with the process.
"""

import atexit
import shutil
import tempfile
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def models_folder() -> Path:
    """Return the folder that holds `<service>/<API version>/service-2.json`."""
    models = resources.files("iotevents_client") / "models"
    if isinstance(models, Path):
        return models
    folder = Path(tempfile.mkdtemp(prefix="iotevents-models-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _unpack(models, folder)
    return folder


def _unpack(source: Traversable, target: Path) -> None:
    for entry in source.iterdir():
        copy = target / entry.name
        if entry.is_dir():
            copy.mkdir()
            _unpack(entry, copy)
        else:
            copy.write_bytes(entry.read_bytes())
