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
from local.aws.deployed_scenario import QUEUES, DeployedScenario
from local.aws.expectations import renamed, without_stream
from local.aws.ministack import MinistackError, running_account
from local.aws.outage import Outage
from local.aws.producers import SendError
from local.aws.summary_table import counts
from local.demo import endpoint, scenario, telemetry, verification
from local.demo.report import show_checks
from local.demo.verification import Check, check_messages
from local.faults.outage_proxy import OutageProxy
from local.lambda_runtime.runtime import free_port

MAIN, RETRY = "ForwarderE2e", "ForwarderE2eRetry"
ROOMS = 12
RETRIED = 300
"""Readings of the second deployment; those of rooms that send by Kinesis are left out."""
OUTAGE = 8.0
"""Seconds from the last message on; an invocation has `e2e_settings.TIMEOUT`."""
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
class Testbed:
    """Processes and files of an end-to-end test on this machine."""

    console: Console
    folder: Path
    account: Account
    url: str
    """URL of the IoT Events endpoint."""
    proxy: OutageProxy
    """Proxy before the endpoint that fails during the outage."""
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
        with _testbed(console) as testbed:
            checks_by_stack = _run(testbed, options.readings)
    except EXPECTED_ERRORS as error:
        console.print(f"the end-to-end test cannot go on: {error}", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("interrupted; all its processes have ended")
        return 130
    for name, stack_checks in checks_by_stack.items():
        console.print(name)
        show_checks(console, stack_checks)
    console.print(NOT_SHOWN)
    console.print(f"{monotonic() - begun:.0f} s")
    return int(any(check.findings for stack_checks in checks_by_stack.values() for check in stack_checks))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m local.aws.e2e", description="Try the stack in an emulated account."
    )
    parser.add_argument("--readings", type=int, default=2700, help="readings to send (default: %(default)s)")
    return parser


def _out_of_time(*_: object) -> NoReturn:
    raise WaitError(f"the end-to-end test took more than {LIMIT} s")


@contextmanager
def _testbed(console: Console) -> Iterator[Testbed]:
    """Start the emulator, the endpoint and what stands before it; end them, and leave no file behind."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="forwarder-e2e-")))
        account = stack.enter_context(running_account(folder / "aws", free_port()))
        url = stack.enter_context(endpoint.serving(folder, endpoint.DEFINITIONS))
        outage = Outage()
        proxy = stack.enter_context(OutageProxy(url, outage))
        console.print(f"account    {account.url} (ministack, permissions and TLS enforced)")
        console.print(f"endpoint   {url}, behind {proxy.url} with an outage")
        yield Testbed(console, folder, account, url, proxy, outage)


def _run(testbed: Testbed, readings: int) -> dict[str, list[Check]]:
    """Deploy both stacks, send, wait; return the checks by stack."""
    cdk = Cdk(testbed.account, testbed.folder)
    with _step(testbed, "bootstrapped"):
        cdk.bootstrap()
    taken = telemetry.take(readings + RETRIED, ROOMS)
    retried = without_stream(scenario.make_scenario(taken[:RETRIED]))
    retry_scenario = DeployedScenario(_deploy(testbed, cdk, RETRY, e2e_settings.retry(testbed.url)), retried)
    retry_scenario.send_queues()
    kept = scenario.make_scenario(taken[RETRIED:])
    main_scenario = DeployedScenario(
        _deploy(testbed, cdk, MAIN, e2e_settings.dead_letter(testbed.proxy.url)), kept
    )
    permissions.grant_batches(main_scenario.stack)
    tried = permissions.tried(main_scenario.stack)
    _send(testbed, main_scenario, retry_scenario)
    template = json.loads(cdk.template(MAIN).read_text("utf-8"))
    of_main = [
        *_check_main(testbed, main_scenario, retry_scenario, template),
        checks.check_permissions(tried),
    ]
    of_retry = _check_retry(testbed, retry_scenario)
    with _step(testbed, f"destroyed {RETRY}"):
        said = cdk.destroy(RETRY, testbed.folder / f"{RETRY}.json")
    return {MAIN: of_main, RETRY: [*of_retry, checks.check_left(retry_scenario.stack, said)]}


def _deploy(testbed: Testbed, cdk: Cdk, name: str, settings: dict[str, Any]) -> Deployed:
    with _step(testbed, f"deployed {name}"):
        path = e2e_settings.write(settings, testbed.folder / f"{name}.json")
        return Deployed(name, testbed.account, cdk.deploy(name, path))


def _send(testbed: Testbed, main_scenario: DeployedScenario, retry_scenario: DeployedScenario) -> None:
    """Send and wait until everything is gone: the stream before the outage, the queues in it."""
    with _step(testbed, "sent and drained, before the outage: the stream"):
        main_scenario.send_stream()
        wait_until("the stream is drained", main_scenario.is_stream_drained, 60)
    with _step(testbed, f"sent into an outage that lasted {OUTAGE:g} s longer, and drained: the queues"):
        testbed.outage.begin()
        main_scenario.send_queues()
        testbed.outage.end_in(OUTAGE)
        wait_until("the queues are drained", main_scenario.is_drained, 120)
    with _step(testbed, "drained: the queues of the second stack"):
        wait_until("the queues are drained", retry_scenario.is_drained, 120)


def _check_main(
    testbed: Testbed, deployed: DeployedScenario, other: DeployedScenario, template: dict[str, Any]
) -> list[Check]:
    everything = verification.read_stored(endpoint.data_file(testbed.folder))
    foreign = {message.id for message in other.own(everything)}
    own = [message for message in everything if message.id not in foreign]
    bodies = [message["Body"] for message in deployed.stack.take_all("RejectedQueueUrl")]
    log = deployed.stack.log()
    counts(testbed.console, deployed, own, rejected=len(bodies), dead=0)
    return [
        *check_messages(renamed(deployed.scenario, deployed.real_ids), own),
        checks.check_rejected(deployed.broken, bodies),
        checks.check_empty(deployed.stack, *(f"{name}{kind}Url" for name in QUEUES for kind in ("", "Dlq"))),
        checks.check_outage(log),
        *checks.check_alarms(deployed.stack, template, log),
        checks.check_retention(deployed.stack, template["Resources"]),
    ]


def _check_retry(testbed: Testbed, deployed: DeployedScenario) -> list[Check]:
    own = deployed.own(verification.read_stored(endpoint.data_file(testbed.folder)))
    dead = deployed.dead_letters()
    counts(testbed.console, deployed, own, rejected=0, dead=len(dead))
    return [
        *check_messages(deployed.scenario, own),
        checks.check_dead_letters(deployed.broken, [message["MessageId"] for message in dead]),
        checks.check_reasons(deployed.broken, deployed.stack.log()),
        checks.check_empty(deployed.stack, "RejectedQueueUrl", *(f"{name}Url" for name in QUEUES)),
    ]


@contextmanager
def _step(testbed: Testbed, done: str) -> Iterator[None]:
    begun = monotonic()
    yield
    testbed.console.print(f"{monotonic() - begun:5.1f} s    {done}")


if __name__ == "__main__":
    sys.exit(main())
