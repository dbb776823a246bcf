"""Records what botocore 1.43.37, the last with the service, sends for each call of `wire.CALLS`.

Run it from the root: `python -m tests.support.iotevents_client.record_wire`. It runs itself with the
boto3 that is installed for the tests, and writes `tests/iotevents_client/wire-1.43.37.json`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import botocore

from tests.iotevents.sdks.installed import BOTO3, install
from tests.support.iotevents_client.recorder import Recorder
from tests.support.iotevents_client.wire import CALLS, SERVICE, digests, exchange

VERSION = "1.43.37"
RECORDED = Path(__file__).parents[2] / "iotevents_client" / f"wire-{VERSION}.json"


def main() -> None:
    """Run this file's `--here` with the old version."""
    install()
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(BOTO3), str(Path.cwd())])}
    command = [sys.executable, "-m", "tests.support.iotevents_client.record_wire", "--here"]
    subprocess.run(command, env=environ, check=True)


def record() -> None:
    """Write down what the botocore on the path sends."""
    if botocore.__version__ != VERSION:
        raise SystemExit(f"botocore is {botocore.__version__}, not {VERSION}")
    session: Any = boto3.Session("AKIDEXAMPLE", "secret", region_name="eu-west-1")
    with Recorder() as recorder:
        client = session.client(SERVICE, endpoint_url=recorder.url)
        calls = {call.name: exchange(client, recorder, call) for call in CALLS}
    model = session._session.get_service_data(SERVICE)
    recorded = {"botocore": VERSION, "model": digests(model), "calls": calls}
    RECORDED.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record() if "--here" in sys.argv else main()
