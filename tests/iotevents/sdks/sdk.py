"""An SDK that makes calls for a test: a program that runs beside it."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import Timer
from typing import Any

from tests.iotevents.sdks.installed import BOTO3, FOLDER, JAVASCRIPT, ROOT

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent / "node"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@dataclass(frozen=True)
class Kind:
    """One of the SDKs: its name, the start of its User-Agent, and how its program is run.

    `path` is the import root of one in Python, `packages` the folder of one in JavaScript.
    """

    name: str
    agent: str
    command: Sequence[object]
    path: Path | None = None
    packages: Path | None = None

    def __str__(self) -> str:
        return self.name


KINDS = (
    Kind(
        "boto3 1.43.37",
        "Boto3/1.43.37 md/Botocore#1.43.37 ",
        (sys.executable, HERE / "client.py", "boto3:client", "iotevents-data"),
        BOTO3,
    ),
    Kind(
        "boto3 with our model",
        f"Boto3/{version('boto3')} ",
        (sys.executable, HERE / "client.py", "iotevents_client:client"),
        ROOT / "lambda_src",
    ),
    Kind("JavaScript SDK 3.956.0", "aws-sdk-js/3.956.0 ", (NODE, FOLDER / "client.mjs"), packages=JAVASCRIPT),
)


class ServiceError(Exception):
    """An error of the service as the SDK raises it: the name of its type, the HTTP status, the message."""

    def __init__(self, type: str, status: int, message: str) -> None:
        super().__init__(type, status, message)
        self.type, self.status, self.message = type, status, message


class Sdk:
    """A program that makes the calls it is told. It starts with the first, and anew if it has failed."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._program: subprocess.Popen[str] | None = None

    def call(self, endpoint: str, operation: str, **given: Any) -> Any:
        """Make a call; what is a date in the SDK is a datetime in the output. Raises ServiceError."""
        answer = self._exchange({"endpoint": endpoint, "operation": operation, "input": given})
        if "error" in answer:
            raise ServiceError(**answer["error"])
        return answer["output"]

    def close(self) -> None:
        if self._program is not None:
            with self._program as program:
                program.kill()
            self._program = None

    def _exchange(self, asked: Mapping[str, Any]) -> Any:
        self._program = program = self._program or _start(self.kind)
        assert program.stdin
        assert program.stdout
        # A program that does not answer is killed, and then there is no line.
        timer = Timer(60, program.kill)
        timer.start()
        try:
            print(json.dumps(asked, default=_write), file=program.stdin, flush=True)
            line = program.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            self.close()
            raise AssertionError(f"{self.kind} failed; standard error says why")
        return json.loads(line, object_hook=_read)


def _start(kind: Kind) -> subprocess.Popen[str]:
    # A module of JavaScript finds what is installed beside it.
    shutil.copy(HERE / "client.mjs", FOLDER)
    return subprocess.Popen(
        [str(one) for one in kind.command],
        env=SETTINGS if kind.path is None else {**SETTINGS, "PYTHONPATH": str(kind.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def _write(value: Any) -> Any:
    if not isinstance(value, bytes):
        raise TypeError(type(value))
    return {"$bytes": base64.b64encode(value).decode()}


def _read(value: dict[str, Any]) -> Any:
    return EPOCH + timedelta(milliseconds=value["$date"]) if "$date" in value else value
