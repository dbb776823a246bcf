"""The emulator: ministack, in an environment of its own, bound to loopback, with permissions enforced.

`AUTH` has it check signatures, the policies of roles and resources; `USE_SSL` serves HTTPS, without which the
policies that demand TLS would refuse everything.
"""

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

from local.aws.account import KEY, REGION, Account
from local.demo.endpoint import ROOT
from local.lambda_runtime.processes import running

PYTHON = ROOT / ".cache" / "ministack" / "bin" / "python"
"""Made by `make e2e` and the others."""
COMMAND = (str(PYTHON), "-m", "ministack")


class MinistackError(Exception):
    """The emulator cannot run, or does not start."""


@contextmanager
def running_account(folder: Path, port: int) -> Iterator[Account]:
    """Run the emulator on a port and give the account once it answers; end it and its functions at the end.

    Everything that it writes is in `folder`. Raises MinistackError if it does not start.
    """
    prepare(folder)
    with (
        log_file(folder).open("wb") as log,
        running(
            COMMAND, environment=environment(folder, port), folder=folder, output=log, errors=log
        ) as process,
    ):
        yield await_account(folder, port, process)


def prepare(folder: Path) -> None:
    """Make the emulator's folders; raise MinistackError if something that it needs is missing."""
    if not PYTHON.exists():
        raise MinistackError(f"{PYTHON} is missing; `make e2e` and `make local-deploy` install it")
    if shutil.which("openssl") is None:
        raise MinistackError(
            "the command openssl is missing, which makes the emulator's certificate; install it"
        )
    (folder / "tmp").mkdir(parents=True, exist_ok=True)


def log_file(folder: Path) -> Path:
    """Return the path of the emulator's log."""
    return folder / "ministack.log"


def environment(folder: Path, port: int) -> Mapping[str, str]:
    """Return the emulator's whole environment: its functions inherit it, so there is nothing else in it."""
    return {
        "PATH": f"{PYTHON.parent}:{os.defpath}",
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def account_of(folder: Path, port: int) -> Account:
    """Return the account of the emulator that runs in a folder, on a port."""
    return Account(f"https://127.0.0.1:{port}", folder / "tmp" / "ministack-tls" / "server.crt")


def await_account(folder: Path, port: int, process: subprocess.Popen[bytes], patience: float = 30) -> Account:
    """Return the account once the emulator answers, with permissions enforced; raise MinistackError."""
    account, end = account_of(folder, port), monotonic() + patience
    while monotonic() < end and process.poll() is None:
        if enforces(account):
            return account
        sleep(0.05)
    log = log_file(folder).read_text(errors="replace")[-2000:]
    raise MinistackError(f"the emulator did not start (exit code {process.poll()}):\n{log}")


def enforces(account: Account) -> bool:
    """Return whether the emulator of this account answers, with permissions enforced."""
    if not account.certificate.exists():
        return False
    try:
        context = ssl.create_default_context(cafile=str(account.certificate))
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        with opener.open(f"{account.url}/_ministack/health", timeout=5) as answer:
            return bool(json.load(answer)["auth"] == "enabled")
    except (URLError, OSError, ssl.SSLError):
        return False
