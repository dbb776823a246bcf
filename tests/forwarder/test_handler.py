"""The function as Lambda runs it: the real runtime client, the environment, logs and metrics."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from forwarder.clients import sender
from forwarder.config.config import parse_config
from forwarder.response.observability import InvocationLogger

from local import faults
from local.lambda_runtime.runtime import FunctionError, Runtime
from local.sqs.server import LoopbackQueue
from tests.local.test_runtime import needs_emulator
from tests.support.forwarder.function import ROUTE, Function, fifo, kinesis, message, sqs
from tests.support.iotevents_client.recorder import Recorder

ROOT = Path(__file__).parents[2] / "lambda_src"
CONFIG = {"routes": [ROUTE], "retries": 1}


@pytest.fixture(autouse=True)
def modules_log() -> Iterator[logging.Logger]:
    """Yield the logger of the function's modules; put it back as it was after the test."""
    logger = logging.getLogger("forwarder")
    handlers, propagate = logger.handlers, logger.propagate
    yield logger
    logger.handlers, logger.propagate = handlers, propagate


@pytest.fixture(scope="module")
def queue() -> Iterator[LoopbackQueue]:
    with LoopbackQueue() as running:
        yield running


@pytest.fixture(scope="module")
def function(shared_endpoint: faults.FaultyEndpoint, queue: LoopbackQueue) -> Iterator[Runtime]:
    with started(shared_endpoint, queue) as runtime:
        yield runtime


def started(
    endpoint: faults.FaultyEndpoint, queue: LoopbackQueue | None = None, **environment: str
) -> Runtime:
    environment = {
        "FORWARDER_CONFIG": json.dumps(CONFIG),
        "AWS_ENDPOINT_URL_IOT_EVENTS_DATA": endpoint.url,
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793",
        **environment,
    }
    if queue:
        environment |= {"FORWARDER_REJECTED_QUEUE_URL": queue.url, "AWS_ENDPOINT_URL_SQS": queue.endpoint}
    return Runtime("forwarder.handler.lambda_handler", root=ROOT, environment=environment)


def invoke(function: Runtime, *entries: dict[str, Any]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Return the response, the summary and the metrics of an invocation."""
    before = len(function.logs())
    response = function.invoke({"Records": list(entries)})
    lines = [json.loads(line) for line in function.logs()[before:] if line.startswith("{")]
    (summary,) = [line for line in lines if "message" in line and "records" in line]
    (metrics,) = [line for line in lines if "_aws" in line]
    return response, summary, metrics


def test_function_forwards(function: Runtime, endpoint: faults.FaultyEndpoint) -> None:
    response, summary, _ = invoke(function, *kinesis(message("i-0"), message("i-1")))
    assert response == {"batchItemFailures": []}
    assert endpoint.accepted_ids() == ["i-0", "i-1"]
    assert summary["message"] == "2 of 2 records forwarded"
    assert (summary["level"], summary["source"]) == ("INFO", "kinesis")
    assert summary["records"]["forwarded"] == 2
    assert "samples" not in summary


def test_function_gives_back_what_failed(function: Runtime, endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail_entry("ThrottlingException", message="i-1")
    response, summary, _ = invoke(
        function, *fifo(message("i-0", "a"), message("i-1", "b"), message("i-2", "b"))
    )
    assert response == {"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-2"}]}
    assert summary["level"] == "WARNING"
    assert summary["records"]["returned"] == 2
    assert summary["records"]["returnedBy"] == {"Throttled": 1, "HeldBack": 1}
    assert [(one["record"], one["reason"]) for one in summary["samples"]] == [
        ("m-1", "Throttled"),
        ("m-2", "HeldBack"),
    ]


def test_function_stores_what_is_rejected(
    function: Runtime, endpoint: faults.FaultyEndpoint, queue: LoopbackQueue
) -> None:
    response, summary, _ = invoke(function, *sqs("very secret, no JSON", message("i-1")))
    assert response == {"batchItemFailures": []}
    assert json.loads(queue.messages[-1])["recordId"] == "m-0"
    assert summary["records"]["deadLettered"] == 1
    assert summary["samples"][0]["reason"] == "BadJson"
    assert not any("secret" in line for line in function.logs())


@pytest.mark.parametrize("source", [sqs, fifo])
def test_summary_gives_reason_of_returned_rejection(
    endpoint: faults.FaultyEndpoint, source: Callable[..., list[dict[str, Any]]]
) -> None:
    with started(endpoint) as function:
        _, summary, _ = invoke(function, *source("no JSON"))
    (sample,) = summary["samples"]
    assert (sample["state"], sample["reason"]) == ("returned", "Rejected")
    assert sample["text"].startswith("BadJson: ")


def test_summary_has_a_time_and_names_its_invocation(
    function: Runtime, endpoint: faults.FaultyEndpoint
) -> None:
    _, summary, _ = invoke(function, *sqs(message("i-0")))
    assert summary["timestamp"].endswith("+00:00")
    assert "T" in summary["timestamp"]
    assert len(summary["function_request_id"]) == 36
    assert summary["service"] == "iot-events-forwarder"


def test_metrics_count_the_invocation(function: Runtime, endpoint: faults.FaultyEndpoint) -> None:
    endpoint.fail(faults.throttled(), calls={0})
    same = sqs(message("i-0"))
    _, _, metrics = invoke(function, *same, *same, *sqs(message("i-0"), message("i-1"))[1:])
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "IotEventsForwarder"
    assert [sorted(one) for one in directive["Dimensions"]] == [["service", "source"]]
    assert (metrics["service"], metrics["source"]) == ("iot-events-forwarder", "sqs")
    wanted = {
        "RecordsReceived": [3],
        "RecordsForwarded": [3],
        "RecordsReturned": [0],
        "MessagesDuplicate": [1],
        "Calls": [2],
        "Throttles": [1],
        "MessagesPerCall": [2, 2],
        "DeadlineStops": [0],
        "ConfigurationFaults": [0],
    }
    assert {name: metrics[name] for name in wanted} == wanted
    assert len(metrics["CallLatency"]) == 2
    assert metrics["OldestRecordAge"][0] > 10**9


def test_metrics_name_the_reasons_of_what_is_returned(
    function: Runtime, endpoint: faults.FaultyEndpoint
) -> None:
    endpoint.fail(faults.forbidden())
    _, summary, metrics = invoke(function, *sqs(message("i-0")))
    assert metrics["ReturnedConfiguration"] == [1]
    assert metrics["ConfigurationFaults"] == [1]
    assert summary["level"] == "ERROR"
    assert "AccessDeniedException" in summary["configurationFaults"][0]


def test_many_calls_are_few_values(function: Runtime, endpoint: faults.FaultyEndpoint) -> None:
    _, _, metrics = invoke(function, *sqs(*(message(f"i-{n}", "one key") for n in range(150))))
    assert metrics["Calls"] == [150]
    assert len(metrics["MessagesPerCall"]) == len(metrics["CallLatency"]) == 99


def test_trace_is_in_the_log(
    make_function: Callable[..., Function],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    report = make_function().handle(*sqs(message("i-0")))
    InvocationLogger({"POWERTOOLS_SERVICE_NAME": "traced"}).emit(report, "r-1")
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert summary["service"] == "traced"


def test_trace_goes_on_to_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """In Lambda the SDK itself passes the header on; X-Ray needs nothing else to join the two functions."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "forwarder")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    with Recorder() as recorder:
        send = sender(parse_config({**CONFIG, "endpointUrl": recorder.url}))
        send([{"messageId": "a", "inputName": "telemetry", "payload": b"{}"}])
    assert recorder.requests[0].headers["x-amzn-trace-id"].startswith("Root=1-5759e988")


def test_an_event_of_another_service_fails_whole(function: Runtime, endpoint: faults.FaultyEndpoint) -> None:
    with pytest.raises(FunctionError, match="EventError: events of aws:dynamodb are not handled"):
        function.invoke({"Records": [{"eventSource": "aws:dynamodb", "eventSourceARN": "arn"}]})


@needs_emulator
def test_config_mistakes_end_the_cold_start_at_once(
    shared_endpoint: faults.FaultyEndpoint,
) -> None:
    config = {"routes": [{"inputName": "?"}], "workers": 0, "batchsize": 1}
    runtime = started(shared_endpoint, FORWARDER_CONFIG=json.dumps(config))
    with runtime:
        with pytest.raises(FunctionError):
            runtime.invoke({"Records": []})
        printed = "\n".join(runtime.logs())
    for key in ("routes[0].inputName", "workers", "batchsize: unknown key; did you mean batchSize?"):
        assert key in printed


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({}, "endpointUrl: IoT Events has no default endpoint"),
        ({"FORWARDER_CONFIG": ""}, "FORWARDER_CONFIG: not set"),
        (
            {"AWS_ENDPOINT_URL_IOT_EVENTS_DATA": "http://example.com"},
            "would send messages unencrypted",
        ),
    ],
)
def test_import_says_what_is_missing(variables: dict[str, str], problem: str) -> None:
    done = imported("", **variables)
    assert done.returncode == 1
    assert "forwarder.errors.ConfigError: the forwarder's configuration is wrong:" in done.stderr
    assert problem in done.stderr


def test_import_leaves_the_collector_at_work() -> None:
    done = imported("import gc; print(gc.isenabled())", AWS_ENDPOINT_URL_IOT_EVENTS_DATA="http://localhost")
    assert (done.stdout, done.stderr) == ("True\n", "")


def imported(then: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Import the entry point in a fresh process, with these environment variables, and do something."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "FORWARDER_CONFIG": json.dumps(CONFIG),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", f"import forwarder.handler\n{then}"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_warnings_of_modules_go_into_the_log(
    capsys: pytest.CaptureFixture[str], modules_log: logging.Logger
) -> None:
    InvocationLogger({"POWERTOOLS_SERVICE_NAME": "formed"})
    logging.getLogger("forwarder.rejected_records.queue").warning("not stored")
    line = json.loads(capsys.readouterr().out)
    assert (line["level"], line["message"], line["service"]) == ("WARNING", "not stored", "formed")
    assert not modules_log.propagate
