"""The synthesized function on one event: `python -m local.invoke EVENT [--env FILE] [--stack NAME]`.

By `sam local invoke` where SAM and a container engine are there, else under Lambda's runtime interface
emulator with this machine's Python; either way with the template's bundle and environment. What only a
deployment knows has to come from the file, which is one of SAM's: {"Parameters": {"NAME": "value"}}.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.context import DEFAULT_STACK
from local.demo.endpoint import ROOT
from local.lambda_runtime.interface_emulator import EmulatorError
from local.lambda_runtime.runtime import FunctionError, Runtime

ASSEMBLY = ROOT / "cdk.out"


class InvokeError(Exception):
    """The function cannot be invoked; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Synthesized:
    """A function as its template describes it."""

    logical_id: str
    handler: str
    bundle: Path
    timeout: int
    environment: Mapping[str, Any]
    """What is not text is known only at deployment."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Invoke the function and print its response; its log goes to standard error."""
    options = _parser().parse_args(arguments)
    try:
        template = options.assembly / f"{options.stack}.template.json"
        function = read_template(template)
        environment = complete(function, _given(options.env, function))
        if has_sam():
            return sam(template, function, options.event, environment)
        return _emulate(function, json.loads(options.event.read_text("utf-8")), environment)
    except (InvokeError, EmulatorError, OSError, ValueError) as error:
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


def _given(path: Path | None, function: Synthesized) -> dict[str, str]:
    if path is None:
        return {}
    document = json.loads(path.read_text("utf-8"))
    return {**document.get("Parameters", {}), **document.get(function.logical_id, {})}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m local.invoke", description="Invoke the synthesized function.")
    parser.add_argument("event", type=Path, help="a file with the event, such as events/sqs.json")
    parser.add_argument("--env", type=Path, help="a file with values for the environment, in SAM's form")
    parser.add_argument("--stack", default=DEFAULT_STACK, help="which stack (default: %(default)s)")
    parser.add_argument(
        "--assembly", type=Path, default=ASSEMBLY, help="what cdk synth wrote (default: cdk.out)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
