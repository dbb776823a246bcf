"""The handler without the runtime client, for machines that have no emulator: it answers the same POST.

`python -P direct.py MODULE.FUNCTION HOST:PORT TIMEOUT`; started by `runtime.py`, on the code root's path.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from time import monotonic
from typing import Any
from uuid import uuid4


class Context:
    """Part of Lambda's context object that handlers use."""

    function_version = "$LATEST"

    def __init__(self, timeout: float) -> None:
        self.aws_request_id = str(uuid4())
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.invoked_function_arn = f"arn:aws:lambda:eu-west-1:123456789012:function:{self.function_name}"
        self._end = monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout."""
        return max(0, int((self._end - monotonic()) * 1000))


def main(handler: str, address: str, timeout: str) -> None:
    """Serve invocations until the process is ended."""
    module, _, name = handler.rpartition(".")
    function = getattr(import_module(module), name)
    host, port = address.split(":")

    class Invocations(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = self.rfile.read(int(self.headers["Content-Length"]))
            answer = _call(function, event, float(timeout))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the function's logs its own."""

    HTTPServer((host, int(port)), Invocations).serve_forever()


def _call(function: Callable[[Any, Context], Any], event: bytes, timeout: float) -> bytes:
    try:
        return json.dumps(function(json.loads(event), Context(timeout))).encode()
    except Exception as error:  # noqa: BLE001  the runtime client, too, turns every exception into an error answer
        traceback.print_exc()
        return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()


if __name__ == "__main__":
    main(*sys.argv[1:])
