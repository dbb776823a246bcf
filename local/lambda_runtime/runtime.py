"""A Lambda function on this machine: the real runtime client under the runtime interface emulator.

Where there is no emulator the handler is called by `direct.py` in a process of its own: same function,
same environment, but without the runtime client. `Runtime.kind` says which it is.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any, Literal
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from local.lambda_runtime import interface_emulator
from local.lambda_runtime.processes import running

FUNCTION = "iot-events-forwarder"
_PATH = "/2015-03-31/functions/function/invocations"
_OPENER = build_opener(ProxyHandler({}))
"""Loopback is never asked for by way of a proxy."""


class FunctionError(Exception):
    """The function raised, ran out of time, or ended: what Lambda calls a function error."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(f"{kind}: {message}")


class Runtime:
    """Function in a process of its own, a context manager; one invocation at a time.

    `handler` is `module.function` below the code root `root`; the function sees `environment` and what Lambda
    itself sets, and nothing of the caller's own (its credentials are dummies); `timeout` is in whole seconds.
    Raises interface_emulator.EmulatorError on entry if the function's process cannot be started.
    """

    def __init__(
        self,
        handler: str,
        *,
        root: Path,
        environment: Mapping[str, str] | None = None,
        timeout: int = 30,
        emulated: bool = True,
    ) -> None:
        self._program = interface_emulator.path() if emulated else None
        self._handler = handler
        self._root = root.resolve()
        self._timeout = timeout
        self._environment = {**_lambda_environment(self._root, timeout), **(environment or {})}
        self._stack = ExitStack()
        self._url = ""
        self._logs: IO[bytes] | None = None

    @property
    def kind(self) -> Literal["emulator", "direct"]:
        """Return whether the real runtime client runs the handler."""
        return "emulator" if self._program else "direct"

    @property
    def description(self) -> str:
        """Return one line for people."""
        if self._program:
            return "Lambda runtime client (awslambdaric) under the runtime interface emulator"
        return "called directly: no runtime interface emulator on this machine"

    def __enter__(self) -> "Runtime":
        with ExitStack() as stack:
            self._logs = stack.enter_context(tempfile.TemporaryFile())
            self._url = stack.enter_context(self._started(self._logs)) + _PATH
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def invoke(self, event: Any, _remaining: float = 0) -> Any:
        """Invoke the function with an event and return its response; FunctionError if it failed.

        The second argument is the pollers' idea of the time left; the emulator keeps the real one.
        """
        request = Request(self._url, json.dumps(event).encode(), {"Content-Type": "application/json"})
        try:
            with _OPENER.open(request, timeout=self._timeout + 10) as answer:
                return _response(answer.read())
        except HTTPError as error:
            return _response(error.read())
        except TimeoutError:
            raise FunctionError("Timeout", f"no answer after {self._timeout + 10} s") from None

    def logs(self) -> list[str]:
        """Return the lines that the function has written so far, and the platform's START, END and REPORT."""
        assert self._logs is not None, "the function was not started"
        return os.pread(self._logs.fileno(), os.fstat(self._logs.fileno()).st_size, 0).decode().splitlines()

    @contextmanager
    def _started(self, logs: IO[bytes]) -> Iterator[str]:
        address = f"127.0.0.1:{free_port()}"
        with (
            tempfile.TemporaryFile() as errors,
            running(
                self._command(address),
                environment=self._environment,
                folder=self._root,
                output=logs,
                errors=errors if self._program else logs,
            ) as process,
        ):
            _await_listening(address, process)
            yield f"http://{address}"

    def _command(self, address: str) -> list[str]:
        if self._program is None:
            direct = Path(__file__).with_name("direct.py")
            return [sys.executable, "-P", str(direct), self._handler, address, str(self._timeout)]
        flags = [
            "--runtime-interface-emulator-address",
            address,
            "--runtime-api-address",
            f"127.0.0.1:{free_port()}",
        ]
        return [str(self._program), *flags, sys.executable, "-m", "awslambdaric", self._handler]


def _lambda_environment(root: Path, timeout: int) -> dict[str, str]:
    """Return Lambda's variables, with dummy credentials, and those that hide the user's own settings."""
    return {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
        "LAMBDA_TASK_ROOT": str(root),
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _response(body: bytes) -> Any:
    """Return the function's response; the emulator tells a failure only by the body."""
    try:
        response = json.loads(body or b"null")
    except ValueError:
        raise FunctionError("Runtime", body.decode(errors="replace").strip()) from None
    if isinstance(response, dict) and "errorType" in response and "errorMessage" in response:
        raise FunctionError(response["errorType"], response["errorMessage"])
    return response


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_listening(address: str, process: subprocess.Popen[bytes], patience: float = 10) -> None:
    host, port = address.split(":")
    end = monotonic() + patience
    while monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if not probe.connect_ex((host, int(port))):
                return
        sleep(0.01)
    raise interface_emulator.EmulatorError(
        f"the function's process does not listen on {address} (exit code {process.poll()})"
    )
