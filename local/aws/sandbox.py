"""An emulated account with the stack in it that stays: `python -m local.aws.sandbox deploy | destroy`.

What runs, and its files, are noted in .cache/local-aws, so that a later command finds and ends it.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.context import DEFAULT_STACK
from local.aws import e2e_settings, ministack, permissions
from local.aws.account import Account
from local.aws.cdk import Cdk, CdkError
from local.aws.deployed import Deployed
from local.demo import endpoint
from local.lambda_runtime.runtime import free_port

FOLDER = endpoint.ROOT / ".cache" / "local-aws"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Running emulator and server: process groups, the emulator's port, the endpoint's URL."""

    emulator: int
    server: int
    port: int
    endpoint_url: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy or destroy; 1 with the reason if that fails."""
    options = _parser().parse_args(arguments)
    try:
        return _deploy(options.settings) if options.command == "deploy" else _destroy()
    except (
        BotoCoreError,
        CdkError,
        ClientError,
        OSError,
        ministack.MinistackError,
        endpoint.EndpointError,
    ) as error:
        print(error, file=sys.stderr)
        return 1


def _deploy(settings: Path | None) -> int:
    sandbox = _running_sandbox() or _start()
    account = ministack.account_of(FOLDER, sandbox.port)
    cdk = Cdk(account, FOLDER)
    cdk.bootstrap()
    overrides = json.loads(settings.read_text("utf-8")) if settings else {}
    wanted = (
        e2e_settings.dead_letter(sandbox.endpoint_url) | overrides | {"endpointUrl": sandbox.endpoint_url}
    )
    outputs = cdk.deploy(DEFAULT_STACK, e2e_settings.write(wanted, FOLDER / "settings.json"))
    permissions.grant_batches(Deployed(DEFAULT_STACK, account, outputs))
    _print_summary(account, sandbox, outputs)
    return 0


def _destroy() -> int:
    sandbox = _running_sandbox()
    if sandbox is None:
        print("nothing runs here")
        return 0
    try:
        print(
            Cdk(ministack.account_of(FOLDER, sandbox.port), FOLDER).destroy(
                DEFAULT_STACK, FOLDER / "settings.json"
            )
        )
    finally:
        _end(sandbox)
    print("the stack is destroyed; the emulator and the endpoint have ended, and their files are gone")
    return 0


def _start() -> Sandbox:
    shutil.rmtree(FOLDER, ignore_errors=True)
    ministack.prepare(FOLDER)
    port = free_port()
    emulator = _launch(ministack.COMMAND, ministack.environment(FOLDER, port), ministack.log_file(FOLDER))
    server = _launch(
        endpoint.command(FOLDER, endpoint.DEFINITIONS),
        endpoint.environment(),
        endpoint.log_file(FOLDER),
    )
    try:
        ministack.await_account(FOLDER, port, emulator)
        url = endpoint.await_url(FOLDER, server)
    except (ministack.MinistackError, endpoint.EndpointError):
        _end(Sandbox(emulator.pid, server.pid, port, ""))
        raise
    sandbox = Sandbox(emulator.pid, server.pid, port, url)
    _state().write_text(json.dumps(asdict(sandbox)), encoding="utf-8")
    return sandbox


def _launch(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one, as the leader of its group."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(environment),
            cwd=endpoint.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _running_sandbox() -> Sandbox | None:
    """Return what was started and still runs: the emulator answers with the certificate of our folder."""
    if not _state().exists():
        return None
    sandbox = Sandbox(**json.loads(_state().read_text("utf-8")))
    return sandbox if ministack.enforces(ministack.account_of(FOLDER, sandbox.port)) else None


def _end(sandbox: Sandbox) -> None:
    for group in (sandbox.emulator, sandbox.server):
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(group, signal_number)
    shutil.rmtree(FOLDER, ignore_errors=True)


def _state() -> Path:
    return FOLDER / "state.json"


def _print_summary(account: Account, sandbox: Sandbox, outputs: Mapping[str, str]) -> None:
    """Print what a user needs next, and leave the environment for the AWS CLI in a file."""
    chosen = {name: value for name, value in account.environment().items() if name.startswith("AWS_")}
    env = FOLDER / "env"
    env.write_text("".join(f"export {name}={value}\n" for name, value in chosen.items()), encoding="utf-8")
    print(f"IoT Events endpoint: {sandbox.endpoint_url}")
    for name, value in sorted(outputs.items()):
        print(f"{name}: {value}")
    print(f"To use the account:  . {env}")
    print(f"  aws sqs send-message --queue-url {outputs['TelemetryUrl']} --message-body …")
    print("make local-destroy ends it all")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m local.aws.sandbox", description="An emulated account that stays."
    )
    parser.add_argument("command", choices=("deploy", "destroy"))
    parser.add_argument(
        "--settings", type=Path, help="settings to deploy with, laid over those of e2e_settings"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
