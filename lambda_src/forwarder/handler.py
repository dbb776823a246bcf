"""The entry point: configuration and clients are made at import, so that a cold start pays once.

Meanwhile nothing is collected: almost all that an import makes is kept, and looking through it time and again
is a good part of a cold start.
"""
# ruff: noqa: E402  the imports are what the collector is to keep out of

import gc

gc.disable()

import os
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from forwarder.config.config import load_config
from forwarder.factory import make_forwarder
from forwarder.gc_tuning import tune_collector
from forwarder.response.observability import InvocationLogger

FORWARDER = make_forwarder(load_config(os.environ, Path(os.environ.get("LAMBDA_TASK_ROOT", "."))))
INVOCATION_LOGGER = InvocationLogger(os.environ)

tune_collector()


def lambda_handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Forward an event of SQS or Kinesis and return the records that are to be delivered again."""
    report = FORWARDER.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
    INVOCATION_LOGGER.emit(report, context.aws_request_id)
    return report.response.body
