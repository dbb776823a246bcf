"""The synthesized function on one event: `python -m local.invoke EVENT [--env FILE] [--stack NAME]`.

It runs under Lambda's runtime interface emulator with this machine's Python, with the template's bundle and
environment. Nothing leaves this machine: messages go to the server on port 8086 if one answers, else to one
that is started for the call, and rejected records to a queue of the call.

With `--env` what only a deployment knows comes from that file, which is one of SAM's:
{"Parameters": {"NAME": "value"}}. Then `sam local invoke` runs it where SAM and a container engine are there.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from forwarder.config.config import QUEUE_VARIABLE

from infra.context import DEFAULT_STACK
from local.demo import endpoint
from local.lambda_runtime.interface_emulator import EmulatorError
from local.lambda_runtime.runtime import FunctionError, Runtime
from local.sqs.server import LoopbackQueue

ASSEMBLY = endpoint.ROOT / "cdk.out"
SERVER_URL = "http://127.0.0.1:8086"
"""Where the documentation starts a server."""


class InvokeError(Exception):
    """The function cannot be invoked; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Synthesized:
    """Function as its template describes it."""

    logical_id: str
    handler: str
    bundle: Path
    timeout: int
    environment: Mapping[str, Any]
    """A value that is no text is known only at deployment."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Invoke the function and print its response; its log goes to standard error."""
    options = _parser().parse_args(arguments)
    try:
        template = options.assembly / f"{options.stack}.template.json"
        function = read_template(template)
        event = json.loads(options.event.read_text("utf-8"))
        if options.env is None:
            with local_services() as variables:
                return _emulate(function, event, complete(function, variables))
        environment = complete(function, _read_variables(options.env, function))
        if has_sam():
            return sam(template, function, options.event, environment)
        return _emulate(function, event, environment)
    except (InvokeError, EmulatorError, endpoint.EndpointError, OSError, ValueError) as error:
        print(f"cannot invoke the function: {error}", file=sys.stderr)
        return 2


def read_template(path: Path) -> Synthesized:
    """Return the function of a synthesized template."""
    if not path.exists():
        raise InvokeError(f"there is no {path}; `make synth` makes it")
    resources = json.loads(path.read_text("utf-8"))["Resources"]
    ((logical_id, resource),) = (
        (name, resource)
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Function"
    )
    properties = resource["Properties"]
    bundle = path.parent / f"asset.{properties['Code']['S3Key'].removesuffix('.zip')}"
    if not bundle.exists():
        raise InvokeError(f"there is no {bundle}, the bundle of {path.name}; `make synth` makes it")
    return Synthesized(
        logical_id,
        properties["Handler"],
        bundle,
        properties["Timeout"],
        properties["Environment"]["Variables"],
    )


def complete(function: Synthesized, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with what is given laid over it; raise InvokeError for what is missing."""
    variables = {**function.environment, **overrides}
    missing = [name for name, value in variables.items() if not isinstance(value, str)]
    if missing:
        example = json.dumps({"Parameters": dict.fromkeys(missing, "…")}, ensure_ascii=False)
        raise InvokeError(
            f"{', '.join(missing)}: known only after a deployment; give a file with --env: {example}"
        )
    return variables


@contextmanager
def local_services() -> Iterator[dict[str, str]]:
    """Yield variables that lead the function to an endpoint and a queue on this machine.

    Say on standard error where messages go, and at the end how many records were rejected.
    """
    with ExitStack() as stack:
        queue = stack.enter_context(LoopbackQueue())
        url = SERVER_URL
        if not answers(url):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(endpoint.serving(folder, endpoint.DEFINITIONS))
        print(f"messages go to {url}", file=sys.stderr)
        yield {
            QUEUE_VARIABLE: queue.url,
            "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": url,
            "AWS_ENDPOINT_URL_SQS": queue.endpoint,
        }
        print(f"rejected records: {len(queue.messages)}", file=sys.stderr)


def answers(url: str) -> bool:
    """Return whether an IoT Events endpoint answers there, and not some other server."""
    host = urlsplit(url)
    connection = HTTPConnection(str(host.hostname), host.port, timeout=2)
    with closing(connection):
        try:
            connection.request("GET", "/detectors/none")
            return connection.getresponse().getheader("x-amzn-RequestId") is not None
        except (HTTPException, OSError):
            return False


def has_sam() -> bool:
    """Return whether SAM and a container engine that answers are on this machine."""
    if not (shutil.which("sam") and shutil.which("docker")):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def sam_command(template: Path, function: Synthesized, event: Path, env: Path) -> list[str]:
    """Return the command line of SAM."""
    options = ["--template", str(template), "--event", str(event), "--env-vars", str(env)]
    return ["sam", "local", "invoke", function.logical_id, *options]


def sam(template: Path, function: Synthesized, event: Path, environment: Mapping[str, str]) -> int:
    """Run SAM; it wants a file for the variables."""
    env = template.parent / "invoke-env.json"
    env.write_text(json.dumps({function.logical_id: environment}), encoding="utf-8")
    return subprocess.run(sam_command(template, function, event, env), check=False).returncode


def _emulate(function: Synthesized, event: Any, environment: Mapping[str, str]) -> int:
    runtime = Runtime(
        function.handler, root=function.bundle, environment=environment, timeout=function.timeout
    )
    with runtime:
        print(runtime.description, file=sys.stderr)
        try:
            answer, code = json.dumps(runtime.invoke(event), indent=1), 0
        except FunctionError as error:
            answer, code = f"the function failed: {error}", 1
        print("\n".join(runtime.logs()), file=sys.stderr)
    print(answer)
    return code


def _read_variables(path: Path, function: Synthesized) -> dict[str, str]:
    document = json.loads(path.read_text("utf-8"))
    return {**document.get("Parameters", {}), **document.get(function.logical_id, {})}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m local.invoke", description="Invoke the synthesized function.")
    parser.add_argument("event", type=Path, help="a file with the event, such as events/sqs.json")
    parser.add_argument(
        "--env",
        type=Path,
        help="file with values for the environment, in SAM's form (default: servers on this machine)",
    )
    parser.add_argument("--stack", default=DEFAULT_STACK, help="which stack (default: %(default)s)")
    parser.add_argument(
        "--assembly", type=Path, default=ASSEMBLY, help="what cdk synth wrote (default: cdk.out)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
