"""The forwarder end to end on this machine: `python -m local.demo`.

Room telemetry goes as SQS and Kinesis events through the function, under Lambda's own runtime client, over
HTTP into an endpoint that fails for a while; what comes back is delivered again as Lambda's pollers would.
The endpoint runs a detector for each room, by the clock of the messages; its journal is replayed at the end.
The exit code is 0 only if every check holds.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from rich.console import Console

from local.demo import detectors, endpoint, log_summaries, sources, telemetry, verification
from local.demo.progress import progress
from local.demo.report import Run, show
from local.demo.scenario import Scenario, make_scenario
from local.demo.verification import check, check_detectors
from local.faults.outage_proxy import OutageProxy
from local.lambda_runtime.interface_emulator import EmulatorError
from local.lambda_runtime.runtime import Runtime
from local.sqs.server import LoopbackQueue

ROOMS = 12
OUTAGE = 25
"""Calls that fail."""
CALLS_PER_READING = 0.2
"""About; it places the outage in the middle."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit code."""
    options = _parser().parse_args(arguments)
    console = Console()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        scenario = make_scenario(telemetry.take(options.readings, ROOMS))
        with tempfile.TemporaryDirectory() as folder:
            run = _run(console, scenario, Path(folder), emulated=not options.direct)
    except (EmulatorError, endpoint.EndpointError, ValueError) as error:
        console.print(f"the demo cannot run: {error}", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("interrupted; all its processes have ended")
        return 130
    checks = [
        *check(scenario, run.stored, run.rejected, run.histories),
        *check_detectors(scenario, run.live, run.replayed),
    ]
    show(console, run, checks)
    return int(any(check.findings for check in checks))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m local.demo", description="Run the forwarder end to end.")
    parser.add_argument("--readings", type=int, default=3000, help="readings to send (default: %(default)s)")
    parser.add_argument("--direct", action="store_true", help="call the handler without the runtime emulator")
    return parser


def _run(console: Console, scenario: Scenario, folder: Path, *, emulated: bool) -> Run:
    """Start all parts, drive the sources until they are empty, end all parts, and gather what is left."""
    begun = monotonic()
    with ExitStack() as stack:
        queue = stack.enter_context(LoopbackQueue())
        url = stack.enter_context(endpoint.serving(folder, endpoint.DEFINITIONS))
        proxy = stack.enter_context(OutageProxy(url, _outage(scenario)))
        function = stack.enter_context(_function(proxy, queue, emulated=emulated))
        _introduce(console, scenario, function, url)
        report = stack.enter_context(progress(console, scenario.records, "records"))
        histories = sources.drive(scenario, function.invoke, report)
        summaries = log_summaries.parse(function.logs())
    return Run(
        scenario=scenario,
        histories=histories,
        stored=verification.read_stored(endpoint.data_file(folder)),
        rejected=[verification.parse_rejected(body) for body in queue.messages],
        live=detectors.live(endpoint.data_file(folder)),
        replayed=detectors.replayed(endpoint.journal(folder), endpoint.DEFINITIONS),
        in_order=detectors.in_order(scenario.readings, folder, endpoint.DEFINITIONS),
        calls=proxy.calls,
        failed_calls=proxy.failed,
        sent_again=sum(summary.get("retries", 0) for summary in summaries),
        seconds=monotonic() - begun,
    )


def _outage(scenario: Scenario) -> range:
    middle = int(len(scenario.readings) * CALLS_PER_READING / 2)
    return range(middle, middle + OUTAGE)


def _function(proxy: OutageProxy, queue: LoopbackQueue, *, emulated: bool) -> Runtime:
    environment = {
        "FORWARDER_CONFIG": (endpoint.EXAMPLE / "forwarder.json").read_text(),
        "FORWARDER_REJECTED_QUEUE_URL": queue.url,
        "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": proxy.url,
        "AWS_ENDPOINT_URL_SQS": queue.endpoint,
    }
    root = endpoint.ROOT / "lambda_src"
    return Runtime("forwarder.handler.lambda_handler", root=root, environment=environment, emulated=emulated)


def _introduce(console: Console, scenario: Scenario, function: Runtime, url: str) -> None:
    lines = (
        f"telemetry  {len(scenario.readings)} readings as {scenario.records} records"
        " (examples/rooms/ATTRIBUTION.md)",
        f"function   {function.description}",
        f"endpoint   {url}, fails {OUTAGE} calls in the middle",
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
