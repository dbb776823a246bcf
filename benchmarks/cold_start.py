"""The cold start: the function's import and first invocation, beside the parts that it cannot do without.

Every start is a fresh process that takes its own time, without that of the interpreter's start. The
alternatives take turns.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.processes import CONTEXT, MODELS, measure
from benchmarks.ways import configuration

URL = "http://127.0.0.1:9"
"""Nothing is sent."""

PARTS = """
import boto3
from aws_lambda_powertools import Logger, Metrics

boto3.client("iotevents-data")
Logger(service="parts")
Metrics(service="parts", namespace="Parts")
"""
FUNCTION = f"""
from forwarder.handler import lambda_handler
{CONTEXT}
lambda_handler({{"Records": []}}, Context())
"""
_TIMED = """
import time
wall, cpu = time.perf_counter(), time.process_time()
{work}
import sys
print(time.perf_counter() - wall, time.process_time() - cpu, file=sys.stderr)
"""
# Plain boto3 finds the service model by its own search path.
_PARTS_ENVIRONMENT = {"AWS_DATA_PATH": str(MODELS), "AWS_ENDPOINT_URL": URL}
_FUNCTION_ENVIRONMENT = {"FORWARDER_CONFIG": json.dumps(configuration(URL, "key", 8))}


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds of a start."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Medians of several starts, and of the ratios of those that followed each other."""

    parts: Start
    function: Start
    wall_ratio: float
    cpu_ratio: float


def cold_start(rounds: int) -> ColdStart:
    """Measure so many starts of each, after one that is not counted."""
    pairs = [(_start_parts(), _start_function()) for _ in range(rounds + 1)][1:]
    return ColdStart(
        _median([part for part, _ in pairs]),
        _median([function for _, function in pairs]),
        median(function.wall / part.wall for part, function in pairs),
        median(function.cpu / part.cpu for part, function in pairs),
    )


def _start_parts() -> Start:
    return _start(PARTS, _PARTS_ENVIRONMENT)


def _start_function() -> Start:
    return _start(FUNCTION, _FUNCTION_ENVIRONMENT)


def _start(work: str, environment: dict[str, str]) -> Start:
    wall, cpu = measure(_TIMED.format(work=work), environment)
    return Start(wall * 1000, cpu * 1000)


def _median(starts: Sequence[Start]) -> Start:
    return Start(median(start.wall for start in starts), median(start.cpu for start in starts))
