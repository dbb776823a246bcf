"""The package works from a zip on the path."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import iotevents_client
import pytest

from tests.support.iotevents_client.recorder import Recorder

SCRIPT = """
import sys
import iotevents_client

assert iotevents_client.__file__.startswith(sys.argv[1]), iotevents_client.__file__
client = iotevents_client.client(endpoint_url=sys.argv[2])
client.batch_put_message(messages=[{"messageId": "m", "inputName": "I", "payload": b"{}"}])
client.close()
"""


def _pack(target: Path, *, with_folders: bool) -> None:
    package = Path(iotevents_client.__file__).parent
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(package.rglob("*")):
            if "__pycache__" not in path.parts and (with_folders or path.is_file()):
                archive.write(path, path.relative_to(package.parent))


@pytest.mark.parametrize("with_folders", [True, False])
def test_client_from_zip(tmp_path: Path, recorder: Recorder, with_folders: bool) -> None:
    bundle = tmp_path / "bundle.zip"
    _pack(bundle, with_folders=with_folders)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environ = {
        **os.environ,
        "PYTHONPATH": str(bundle),
        "TMPDIR": str(scratch),
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(bundle), recorder.url]
    subprocess.run(command, env=environ, check=True, cwd=tmp_path)
    assert [request.path for request in recorder.requests] == ["/inputs/messages"]
    assert list(scratch.iterdir()) == []
