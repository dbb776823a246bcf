"""The stack end to end in an emulated AWS account: `python -m local.aws.e2e`.

The unchanged CDK app is deployed twice by the real CDK CLI, and room telemetry is sent into real queues and a
real stream. One deployment stores what it rejects, and meets an outage of the endpoint; the other returns it,
so that the queues' own redrive decides. The exit code is 0 only if everything came out as it has to.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.aws import checks, e2e_settings, permissions
from local.aws.account import Account
from local.aws.cdk import Cdk, CdkError
from local.aws.deployed import Deployed, WaitError, wait_until
from local.aws.deployed_scenario import QUEUES, Trial
from local.aws.expectations import renamed, without_stream
from local.aws.ministack import MinistackError, running_account
from local.aws.outage import Outage
from local.aws.producers import SendError
from local.aws.summary_table import counts
from local.demo import endpoint, scenario, telemetry, verification
from local.demo.report import show_checks
from local.demo.verification import Check, check_messages
from local.faults.outage_proxy import Front
from local.lambda_runtime.runtime import free_port

MAIN, RETRY = "ForwarderE2e", "ForwarderE2eRetry"
ROOMS = 12
RETRIED = 300
"""Readings of the second deployment; those of rooms that send by Kinesis are left out."""
OUTAGE = 8.0
"""Seconds from the last message on; an invocation has `small.TIMEOUT`."""
LIMIT = 300
"""Seconds for everything."""
NOT_SHOWN = (
    "Not shown here: partial failures, retries, bisection and destinations of Kinesis, which the emulator"
    " ignores (the tests' model of Lambda's poller has them; so Kinesis was drained before the outage);"
    " Python 3.14 and arm64, as functions run on this machine's Python; scaling and windows as in Lambda."
)
EXPECTED_ERRORS = (
    BotoCoreError,
    CdkError,
    ClientError,
    MinistackError,
    SendError,
    WaitError,
    endpoint.EndpointError,
)


@dataclass(frozen=True, slots=True)
class World:
    """What runs on this machine for the trial."""

    console: Console
    folder: Path
    account: Account
    url: str
    """The endpoint."""
    front: Front
    """What stands before it and fails in the outage."""
    outage: Outage


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all and return the exit code."""
    options = _parser().parse_args(arguments)
    console = Console(soft_wrap=True, highlight=False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, _out_of_time)
    signal.alarm(LIMIT)
    begun = monotonic()
    try:
        with _world(console) as world:
            found = _run(world, options.readings)
    except EXPECTED_ERRORS as error:
        console.print(f"the trial cannot go on: {error}", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("interrupted; all its processes have ended")
        return 130
    for name, several in found.items():
        console.print(name)
        show_checks(console, several)
    console.print(NOT_SHOWN)
    console.print(f"{monotonic() - begun:.0f} s")
    return int(any(one.findings for several in found.values() for one in several))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m local.aws.e2e", description="Try the stack in an emulated account."
    )
    parser.add_argument("--readings", type=int, default=2700, help="readings to send (default: %(default)s)")
    return parser


def _out_of_time(*_: object) -> NoReturn:
    raise WaitError(f"the trial took more than {LIMIT} s")


@contextmanager
def _world(console: Console) -> Iterator[World]:
    """Start the emulator, the endpoint and what stands before it; end them, and leave no file behind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="forwarder-e2e-")))
        account = stack.enter_context(running_account(folder / "aws", free_port()))
        url = stack.enter_context(endpoint.serving(folder, endpoint.DEFINITIONS))
        outage = Outage()
        front = stack.enter_context(Front(url, outage))
        console.print(f"account    {account.url} (ministack, permissions and TLS enforced)")
        console.print(f"endpoint   {url}, behind {front.url} with an outage")
        yield World(console, folder, account, url, front, outage)


def _run(world: World, readings: int) -> dict[str, list[Check]]:
    """Deploy both stacks, send, wait; return the checks by stack."""
    cdk = Cdk(world.account, world.folder)
    with _step(world, "bootstrapped"):
        cdk.bootstrap()
    taken = telemetry.take(readings + RETRIED, ROOMS)
    retried = without_stream(scenario.make(taken[:RETRIED]))
    retry = Trial(_deploy(world, cdk, RETRY, e2e_settings.retry(world.url)), retried)
    retry.send_queues()
    kept = scenario.make(taken[RETRIED:])
    main_trial = Trial(_deploy(world, cdk, MAIN, e2e_settings.dead_letter(world.front.url)), kept)
    permissions.grant_batches(main_trial.stack)
    tried = permissions.tried(main_trial.stack)
    _send(world, main_trial, retry)
    template = json.loads(cdk.template(MAIN).read_text("utf-8"))
    of_main = [*_check_main(world, main_trial, retry, template), checks.check_permissions(tried)]
    of_retry = _check_retry(world, retry)
    with _step(world, f"destroyed {RETRY}"):
        said = cdk.destroy(RETRY, world.folder / f"{RETRY}.json")
    return {MAIN: of_main, RETRY: [*of_retry, checks.check_left(retry.stack, said)]}


def _deploy(world: World, cdk: Cdk, name: str, settings: dict[str, Any]) -> Deployed:
    with _step(world, f"deployed {name}"):
        path = e2e_settings.write(settings, world.folder / f"{name}.json")
        return Deployed(name, world.account, cdk.deploy(name, path))


def _send(world: World, main_trial: Trial, retry: Trial) -> None:
    """Send and wait until everything is gone: the stream before the outage, the queues in it."""
    with _step(world, "sent and drained, before the outage: the stream"):
        main_trial.send_stream()
        wait_until("the stream is drained", main_trial.is_stream_drained, 60)
    with _step(world, f"sent into an outage that lasted {OUTAGE:g} s longer, and drained: the queues"):
        world.outage.begin()
        main_trial.send_queues()
        world.outage.end_in(OUTAGE)
        wait_until("the queues are drained", main_trial.is_drained, 120)
    with _step(world, "drained: the queues of the second stack"):
        wait_until("the queues are drained", retry.is_drained, 120)


def _check_main(world: World, trial: Trial, other: Trial, template: dict[str, Any]) -> list[Check]:
    everything = verification.read_stored(endpoint.data_file(world.folder))
    foreign = {one.id for one in other.own(everything)}
    own = [one for one in everything if one.id not in foreign]
    bodies = [one["Body"] for one in trial.stack.take_all("RejectedQueueUrl")]
    log = trial.stack.log()
    counts(world.console, trial, own, rejected=len(bodies), dead=0)
    return [
        *check_messages(renamed(trial.scenario, trial.given), own),
        checks.check_rejected(trial.broken, bodies),
        checks.check_empty(trial.stack, *(f"{name}{kind}Url" for name in QUEUES for kind in ("", "Dlq"))),
        checks.check_outage(log),
        *checks.check_alarms(trial.stack, template, log),
        checks.check_retention(trial.stack, template["Resources"]),
    ]


def _check_retry(world: World, trial: Trial) -> list[Check]:
    own = trial.own(verification.read_stored(endpoint.data_file(world.folder)))
    dead = trial.dead_letters()
    counts(world.console, trial, own, rejected=0, dead=len(dead))
    return [
        *check_messages(trial.scenario, own),
        checks.check_dead_letters(trial.broken, [one["MessageId"] for one in dead]),
        checks.check_reasons(trial.broken, trial.stack.log()),
        checks.check_empty(trial.stack, "RejectedQueueUrl", *(f"{name}Url" for name in QUEUES)),
    ]


@contextmanager
def _step(world: World, done: str) -> Iterator[None]:
    begun = monotonic()
    yield
    world.console.print(f"{monotonic() - begun:5.1f} s    {done}")


if __name__ == "__main__":
    sys.exit(main())
